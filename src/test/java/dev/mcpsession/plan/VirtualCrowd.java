package dev.mcpsession.plan;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.VirtualIssuer.Behaviour;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.Outages;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Sessions of one issuer, with wake-ups and responses in virtual time. */
final class VirtualCrowd {
  private static final String TOKEN =
      "{oauth2ClientCredentials: {tokenEndpoint: 'https://git.example/token',"
          + " clientSecretName: client}}";
  private static final SourceState SOURCE = new SourceState.OnDemand("client-1", null);

  private final VirtualTime time;
  private final VirtualIssuer issuer;
  private final TokenCalls tokens;
  private final Map<SessionKey, PlannedSession> sessions = new LinkedHashMap<>();
  private final Map<PlannedSession, Instant> wakeUps = new HashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::number));
  private final Queue<SessionKey> answered = new ConcurrentLinkedQueue<>();
  private long numbers;

  private record Event(Instant at, long number, Step step) {}

  @FunctionalInterface
  private interface Step {
    void run() throws InterruptedException;
  }

  /**
   * All sessions serve, and nothing else has happened yet.
   *
   * @param life of a token
   * @param atATime as tokenEndpoints.maxConcurrentCalls
   */
  VirtualCrowd(
      VirtualTime time,
      int size,
      TokenInfo firstToken,
      Duration life,
      int atATime,
      Behaviour behaviour) {
    this.time = time;
    Outages outages =
        new Outages(
            (delay, alarm) -> at(time.instant().plus(delay), alarm::run),
            time,
            new Random(7)::nextDouble);
    EndpointCalls calls = new EndpointCalls(new CallLimits(5 * atATime, atATime), outages);
    this.issuer = new VirtualIssuer(time, life, calls, atATime, behaviour);
    this.tokens = tokens(issuer, issuer);
    TokenCalls first = tokens(request -> new Token("first", firstToken), Runnable::run);
    Random random = new Random(42);
    for (int i = 0; i < size; i++) {
      // A version 4 UUID, as from the API server.
      UUID uid =
          new UUID(
              (random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | (1L << 63));
      PlannedSession session =
          new PlannedSession(uid.toString(), time.instant(), TOKEN, () -> SOURCE);
      session.reconcile(time.instant(), first);
      sessions.put(session.key(), session);
    }
    answered.clear();
  }

  private TokenCalls tokens(TokenSource source, Executor executor) {
    return new TokenCalls(
        spec -> source,
        executor,
        time,
        new SessionMetrics(new SimpleMeterRegistry()),
        answered::add);
  }

  VirtualIssuer issuer() {
    return issuer;
  }

  List<PlannedSession> sessions() {
    return List.copyOf(sessions.values());
  }

  /** Reconciles all sessions now, like a starting operator, and then runs until this instant. */
  void run(Instant until) throws Exception {
    // A virtual thread yields to the calls' threads without waiting for a core.
    try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      thread
          .submit(
              () -> {
                for (PlannedSession session : sessions()) {
                  reconcile(session);
                }
                settle();
                loop(until);
                return null;
              })
          .get();
    }
  }

  private void loop(Instant until) throws InterruptedException {
    for (Event event = next(); event != null; event = next()) {
      if (event.at().isAfter(until)) {
        return;
      }
      if (event.at().isAfter(time.instant())) {
        time.pass(Duration.between(time.instant(), event.at()));
      }
      event.step().run();
      settle();
    }
  }

  private synchronized @Nullable Event next() {
    return events.poll();
  }

  private synchronized void at(Instant at, Step step) {
    events.add(new Event(at, numbers++, step));
  }

  private void reconcile(PlannedSession session) {
    Instant wakeAt = session.reconcile(time.instant(), tokens);
    wakeUps.remove(session);
    if (wakeAt != null) {
      wakeUps.put(session, wakeAt);
      at(wakeAt, () -> wake(session, wakeAt));
    }
  }

  /** Until nothing more happens at this instant. */
  private void settle() throws InterruptedException {
    issuer.settle();
    for (SessionKey key = answered.poll(); key != null; key = answered.poll()) {
      reconcile(Objects.requireNonNull(sessions.get(key)));
      issuer.settle();
    }
    for (VirtualIssuer.Answer answer : issuer.takeAnswers()) {
      at(answer.at(), () -> issuer.deliver(answer));
    }
  }

  private void wake(PlannedSession session, Instant at) {
    if (at.equals(wakeUps.get(session))) {
      reconcile(session);
    }
  }
}
