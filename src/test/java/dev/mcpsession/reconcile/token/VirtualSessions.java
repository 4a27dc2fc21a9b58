package dev.mcpsession.reconcile.token;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.PlannedSession;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.Outages;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.grant.GrantSecrets;
import dev.mcpsession.token.grant.RefreshTokens;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.ClientCredentialsTokens;
import dev.mcpsession.token.oauth.TokenExchangeTokens;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sessions whose plans are carried out in virtual time, with the real token sources. Calls take no
 * time.
 */
final class VirtualSessions implements TokenCalls.Listener, AutoCloseable {
  final VirtualTime time;
  final GrantSecrets secrets = new GrantSecrets();
  final Outages outages;

  private final boolean watched;
  private final Random random = new Random(42);
  private final RefreshTokens refresh;
  private final TokenCalls tokens;
  private final Map<SessionKey, PlannedSession> sessions = new LinkedHashMap<>();
  private final Map<SessionKey, Instant> wakeUps = new HashMap<>();
  private final Map<SessionKey, String> grants = new HashMap<>();
  private final Queue<SessionKey> queue = new ArrayDeque<>();
  private final Queue<Runnable> begun = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::number));
  private long numbers;

  private record Event(Instant at, long number, Runnable step) {}

  /**
   * @param watched whether the planner sees the Secrets
   */
  VirtualSessions(VirtualTime time, AuthorizationServer server, boolean watched) {
    this.time = time;
    this.watched = watched;
    outages =
        new Outages(
            (delay, alarm) -> at(time.instant().plus(delay), alarm), time, random::nextDouble);
    EndpointCalls calls = new EndpointCalls(new CallLimits(20, 4), outages);
    refresh =
        new RefreshTokens(
            secrets::find, secrets, server, calls, "one", () -> true, time, time, time::pass);
    TokenSource credentials = new ClientCredentialsTokens(server, secrets::find, calls);
    TokenSource exchange =
        new TokenExchangeTokens(
            server,
            secrets::find,
            (namespace, source, wanted) -> {
              throw new AssertionError("nobody uses a ServiceAccount");
            },
            calls);
    TokenSources sources =
        spec ->
            switch (spec.source()) {
              case OAuth2RefreshSource source -> refresh;
              case OAuth2ClientCredentialsSource source -> credentials;
              case null, default -> exchange;
            };
    tokens =
        new TokenCalls(
            sources, begun::add, time, new SessionMetrics(new SimpleMeterRegistry()), this);
    secrets.put("client", Map.of("client_id", "mcp", "client_secret", "s3cr3t"));
  }

  /**
   * Adds a session, and reconciles it.
   *
   * @param token spec.token in YAML
   * @param grant the grant Secret that it names; empty if none
   */
  PlannedSession add(String token, String grant) {
    String uid = new UUID(random.nextLong(), random.nextLong()).toString();
    TokenSpec[] spec = new TokenSpec[1];
    PlannedSession session =
        new PlannedSession(
            uid,
            time.instant(),
            token,
            () -> TokenSources.state(spec[0], "team", watched ? secrets::find : null));
    spec[0] = session.token();
    sessions.put(session.key(), session);
    grants.put(session.key(), grant);
    queue.add(session.key());
    settle();
    return session;
  }

  List<PlannedSession> all() {
    return List.copyOf(sessions.values());
  }

  void delete(PlannedSession session) {
    session.delete();
    sessions.remove(session.key());
  }

  private void at(Instant at, Runnable step) {
    events.add(new Event(at, numbers++, step));
  }

  void run(Duration duration) {
    Instant until = time.instant().plus(duration);
    for (Event event = next(until); event != null; event = next(until)) {
      passUntil(event.at());
      event.step().run();
      settle();
    }
    passUntil(until);
  }

  private @Nullable Event next(Instant until) {
    Event next = events.peek();
    return next == null || next.at().isAfter(until) ? null : events.poll();
  }

  private void passUntil(Instant at) {
    if (at.isAfter(time.instant())) {
      time.pass(Duration.between(time.instant(), at));
    }
  }

  private void settle() {
    while (!queue.isEmpty() || !begun.isEmpty()) {
      Runnable call = begun.poll();
      if (call != null) {
        call.run();
      }
      SessionKey key = queue.poll();
      PlannedSession session = key == null ? null : sessions.get(key);
      if (session != null) {
        reconcile(session);
      }
    }
  }

  private void reconcile(PlannedSession session) {
    SessionKey key = session.key();
    Instant wakeAt = session.reconcile(time.instant(), tokens);
    wakeUps.remove(key);
    if (wakeAt != null) {
      wakeUps.put(key, wakeAt);
      at(
          wakeAt,
          () -> {
            if (wakeAt.equals(wakeUps.get(key))) {
              queue.add(key);
            }
          });
    }
  }

  @Override
  public void answered(SessionKey session) {
    queue.add(session);
  }

  @Override
  public void renewed(String namespace, String grantSecretName) {
    for (PlannedSession session : sessions.values()) {
      boolean names = grantSecretName.equals(grants.get(session.key()));
      if (names && (session.call().refilled() || watched)) {
        queue.add(session.key());
      }
    }
  }

  @Override
  public void close() {
    refresh.close();
  }
}
