package dev.mcpsession.metrics;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the operator counts and measures; {@link SessionMeter} says what each of it means. Safe for
 * many threads.
 *
 * <p>Counters whose labels are known begin at 0, because Prometheus' {@code increase} does not see
 * the step from "absent" to 1.
 */
public final class SessionMetrics {
  private static final String UNKNOWN = "Unknown";

  private final MeterRegistry registry;
  private final MultiGauge sessionCounts;
  private final MultiGauge tokenExpiry;
  private volatile @Nullable Observed observed;

  private record Observed(
      Supplier<? extends Collection<McpSession>> sessions, InstantSource clock) {}

  public SessionMetrics(MeterRegistry registry) {
    this.registry = registry;
    sessionCounts =
        MultiGauge.builder(SessionMeter.SESSIONS.id())
            .description(description(SessionMeter.SESSIONS))
            .register(registry);
    tokenExpiry =
        MultiGauge.builder(SessionMeter.TOKEN_EXPIRY_MIN.id())
            .description(description(SessionMeter.TOKEN_EXPIRY_MIN))
            .baseUnit("seconds")
            .register(registry);
    for (Cause cause : Cause.values()) {
      if (cause != Cause.START) {
        replacements(cause, true);
        replacements(cause, false);
        timer(SessionMeter.REPLACEMENT_DURATION, cause.label());
      }
    }
    for (EvictionReason reason : EvictionReason.values()) {
      counter(SessionMeter.EVICTIONS, reason.name());
    }
    counter(SessionMeter.BACKEND_EXITS);
    counter(SessionMeter.REVOCATIONS, outcome(true));
    counter(SessionMeter.REVOCATIONS, outcome(false));
    timer(SessionMeter.START_DURATION);
    timer(SessionMeter.EVICTION_LATENESS);
  }

  /** A first start or a resume led to a serving revision. */
  public void started(Duration duration) {
    record(timer(SessionMeter.START_DURATION), duration);
  }

  /**
   * A replacement ended.
   *
   * @param duration from its begin until the new revision served; null when it failed, or when
   *     nobody knows any more when it began
   */
  public void replaced(Cause cause, boolean success, @Nullable Duration duration) {
    replacements(cause, success).increment();
    if (success && duration != null) {
      record(timer(SessionMeter.REPLACEMENT_DURATION, cause.label()), duration);
    }
  }

  /**
   * A call to a token source ended.
   *
   * @param source the source's field name in the spec
   */
  public void tokenIssued(String source, boolean success, Duration duration) {
    Counter succeeded = counter(SessionMeter.TOKEN_ISSUES, source, outcome(true));
    Counter failed = counter(SessionMeter.TOKEN_ISSUES, source, outcome(false));
    (success ? succeeded : failed).increment();
    record(timer(SessionMeter.TOKEN_ISSUE_DURATION, source), duration);
  }

  /**
   * A request to an authorization server ended.
   *
   * @param endpoint token, introspection or revocation
   * @param outcome success, rejected, misconfigured or unavailable
   */
  public void issuerCalled(String endpoint, String outcome, Duration duration) {
    counter(SessionMeter.ISSUER_CALLS, endpoint, outcome).increment();
    record(timer(SessionMeter.ISSUER_CALL_DURATION, endpoint), duration);
  }

  /**
   * A session was deleted.
   *
   * @param lateness since the moment it was due
   */
  public void evicted(EvictionReason reason, Duration lateness) {
    counter(SessionMeter.EVICTIONS, reason.name()).increment();
    record(timer(SessionMeter.EVICTION_LATENESS), lateness);
  }

  /** A serving backend ended or vanished without our doing. */
  public void backendExited() {
    counter(SessionMeter.BACKEND_EXITS).increment();
  }

  /**
   * The tokens of a session that ended were revoked, or one of them could not be.
   *
   * @param success no token of it is valid any more
   */
  public void revoked(boolean success) {
    counter(SessionMeter.REVOCATIONS, outcome(success)).increment();
  }

  /**
   * From now on the gauges describe these sessions.
   *
   * @param sessions asked at each {@link #refresh}; nothing while this process is a standby, whose
   *     gauges then vanish
   */
  public void observe(Supplier<? extends Collection<McpSession>> sessions, InstantSource clock) {
    observed = new Observed(sessions, clock);
  }

  /**
   * Computes the gauges; to be called before each scrape, so that nothing is computed that nobody
   * reads.
   */
  public void refresh() {
    Observed source = observed;
    if (source == null) {
      return;
    }
    Collection<McpSession> sessions = source.sessions().get();
    Map<List<String>, Long> counts =
        sessions.stream()
            .collect(
                Collectors.groupingBy(
                    s ->
                        List.of(
                            Objects.requireNonNullElse(s.getMetadata().getNamespace(), ""),
                            readyReason(s)),
                    () -> new TreeMap<>(Comparator.comparing(Object::toString)),
                    Collectors.counting()));
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    counts.forEach(
        (values, count) -> rows.add(MultiGauge.Row.of(tags(SessionMeter.SESSIONS, values), count)));
    sessionCounts.register(rows, true);
    tokenExpiry.register(
        sessions.stream()
            .map(McpSession::getStatus)
            .filter(Objects::nonNull)
            .map(McpSessionStatus::tokenExpirationTime)
            .filter(Objects::nonNull)
            .min(Instant::compareTo)
            .<List<MultiGauge.Row<?>>>map(
                first ->
                    List.of(
                        MultiGauge.Row.of(
                            Tags.empty(),
                            Duration.between(source.clock().instant(), first).toMillis() / 1000.0)))
            .orElse(List.of()),
        true);
  }

  private static String readyReason(McpSession session) {
    McpSessionStatus status = session.getStatus();
    List<Condition> conditions = status == null ? null : status.conditions();
    if (conditions == null) {
      return UNKNOWN;
    }
    return conditions.stream()
        .filter(c -> ConditionType.Ready.name().equals(c.type()))
        .map(Condition::reason)
        .findFirst()
        .orElse(UNKNOWN);
  }

  private Counter replacements(Cause cause, boolean success) {
    return counter(SessionMeter.REPLACEMENTS, cause.label(), outcome(success));
  }

  private static String outcome(boolean success) {
    return success ? "success" : "failure";
  }

  private Counter counter(SessionMeter meter, String... labelValues) {
    return Counter.builder(meter.id())
        .description(description(meter))
        .tags(tags(meter, List.of(labelValues)))
        .register(registry);
  }

  private Timer timer(SessionMeter meter, String... labelValues) {
    return Timer.builder(meter.id())
        .description(description(meter))
        .tags(tags(meter, List.of(labelValues)))
        .serviceLevelObjectives(meter.buckets().toArray(Duration[]::new))
        .register(registry);
  }

  /** After a step of the clock a duration can be negative, which a timer would leave out. */
  private static void record(Timer timer, Duration duration) {
    timer.record(duration.isNegative() ? Duration.ZERO : duration);
  }

  private static Tags tags(SessionMeter meter, List<String> values) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < meter.labels().size(); i++) {
      tags.add(Tag.of(meter.labels().get(i), values.get(i)));
    }
    return Tags.of(tags);
  }

  private static String description(SessionMeter meter) {
    return meter.meaning().replace("`", "");
  }
}
