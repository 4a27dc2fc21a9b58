package dev.mcpsession.gateway;

import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.http.Rejection;
import dev.mcpsession.gateway.http.RequestRecord;
import dev.mcpsession.gateway.http.TrafficListener;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.metrics.DescribedMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Counts and measures what passes; {@link GatewayMeter} describes each meter. Thread-safe.
 *
 * <p>Counters with known label values start at 0, because Prometheus' {@code increase} does not see
 * the step from "absent" to 1.
 */
final class GatewayMetrics implements TrafficListener {
  /** Stands for a path that leads to no template; no object can have this name. */
  private static final String NO_TEMPLATE = "-";

  private final DescribedMeters meters;
  private final Predicate<McpResource> exists;
  private final Map<RequestKey, Counter> requests = new ConcurrentHashMap<>();
  private final Map<Era, Timer> durations = new EnumMap<>(Era.class);
  private final Map<Era, AtomicInteger> streams = new EnumMap<>(Era.class);
  private final Map<Rejection, Counter> rejections = new EnumMap<>(Rejection.class);
  private final Map<TokenDefect, Counter> badTokens = new EnumMap<>(TokenDefect.class);
  private final Timer hop;
  private final Counter activityWrites;
  private final LongAdder bufferedBytes = new LongAdder();
  private final AtomicInteger slowClients = new AtomicInteger();

  /** The labels of a request, so that the registry is not searched for each. */
  private record RequestKey(
      String namespace, String template, Era era, String method, String outcome) {}

  /**
   * Registers the meters.
   *
   * @param exists whether there is such a template now, asked for each request
   */
  GatewayMetrics(MeterRegistry registry, Predicate<McpResource> exists) {
    this.meters = new DescribedMeters(registry);
    this.exists = exists;
    for (Era era : Era.values()) {
      AtomicInteger open = new AtomicInteger();
      streams.put(era, open);
      meters.gauge(GatewayMeter.STREAMS, open::get, era.label());
      durations.put(era, meters.timer(GatewayMeter.REQUEST_DURATION, era.label()));
    }
    for (Rejection reason : Rejection.values()) {
      rejections.put(reason, meters.counter(GatewayMeter.REJECTED, reason.label()));
    }
    for (TokenDefect defect : TokenDefect.values()) {
      badTokens.put(defect, meters.counter(GatewayMeter.REJECTED, defect.name()));
    }
    for (String outcome : new String[] {"moved", "lost", "gone", "failed"}) {
      meters.counter(GatewayMeter.REBINDS, outcome);
    }
    for (String outcome : new String[] {"backend", "buffer", "replica", "live", "lost"}) {
      meters.counter(GatewayMeter.RESUMES, outcome);
    }
    meters.gauge(GatewayMeter.BUFFERED_BYTES, bufferedBytes::sum);
    meters.gauge(GatewayMeter.SLOW_CLIENTS, slowClients::get);
    hop = meters.timer(GatewayMeter.HOP);
    activityWrites = meters.counter(GatewayMeter.ACTIVITY_WRITES);
    meters.timer(GatewayMeter.SESSION_WAITS, "served");
  }

  @Override
  public void requestEnded(RequestRecord request) {
    Optional<McpResource> template = request.resource().filter(exists);
    RequestKey key =
        new RequestKey(
            template.map(McpResource::namespace).orElse(NO_TEMPLATE),
            template.map(McpResource::template).orElse(NO_TEMPLATE),
            request.era(),
            McpMethods.label(request.httpMethod(), request.method()),
            request.outcome().label());
    requests.computeIfAbsent(key, this::requests).increment();
    if (!request.httpMethod().equals("GET")) {
      DescribedMeters.record(
          Objects.requireNonNull(durations.get(request.era())), request.duration());
      DescribedMeters.record(hop, request.duration().minus(request.backendTime()));
    }
  }

  private Counter requests(RequestKey key) {
    return meters.counter(
        GatewayMeter.REQUESTS,
        key.namespace(),
        key.template(),
        key.era().label(),
        key.method(),
        key.outcome());
  }

  @Override
  public void streamBegun(Era era) {
    Objects.requireNonNull(streams.get(era)).incrementAndGet();
  }

  @Override
  public void streamEnded(Era era) {
    Objects.requireNonNull(streams.get(era)).decrementAndGet();
  }

  @Override
  public void sessionWaited(String cause, Duration time) {
    DescribedMeters.record(meters.timer(GatewayMeter.SESSION_WAITS, cause), time);
  }

  @Override
  public void rebound(String outcome) {
    meters.counter(GatewayMeter.REBINDS, outcome).increment();
  }

  @Override
  public void resumed(String outcome) {
    meters.counter(GatewayMeter.RESUMES, outcome).increment();
  }

  @Override
  public void buffered(long bytes) {
    bufferedBytes.add(bytes);
  }

  @Override
  public void slowClientBegun() {
    slowClients.incrementAndGet();
  }

  @Override
  public void slowClientEnded() {
    slowClients.decrementAndGet();
  }

  @Override
  public void rejected(Rejection reason) {
    Objects.requireNonNull(rejections.get(reason)).increment();
  }

  @Override
  public void tokenRejected(TokenDefect defect) {
    Objects.requireNonNull(badTokens.get(defect)).increment();
  }

  /** A session was patched to report use. */
  public void activityWritten() {
    activityWrites.increment();
  }
}
