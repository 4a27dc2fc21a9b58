package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.gateway.kubernetes.ApiCalls;
import dev.mcpsession.gateway.route.MessageAuthentication;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.SessionView;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The connections of several replicas on one model of the API server, which answers at once. Each
 * replica sees what happens there when it is told to.
 */
public final class SimulatedConnections {
  private final ModelConnectionApi api;
  private final InstantSource clock;
  private final SessionKeys keys;
  private final SessionIds ids;

  /** Makes the same ids in each run of one seed. */
  private static final class Seeded extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final Random random;

    Seeded(long seed) {
      random = new Random(seed);
    }

    @Override
    public void nextBytes(byte[] bytes) {
      random.nextBytes(bytes);
    }
  }

  /** With nothing in it. */
  public SimulatedConnections(long seed, InstantSource clock) {
    this.clock = clock;
    api = new ModelConnectionApi(clock);
    SecureRandom random = new Seeded(seed);
    keys = SessionKeys.generated(random);
    ids = new SessionIds(keys, random);
  }

  /** By which replicas know each other. */
  public MessageAuthentication keys() {
    return keys;
  }

  /** Whether the API server answers nobody. */
  public void away(boolean away) {
    api.away = away;
  }

  /**
   * The next write happens, and its answer is lost.
   *
   * @param then is run at that moment
   */
  public void loseNextAnswer(Runnable then) {
    api.losesAnswer = then;
  }

  /** No answer is lost any more. */
  public void loseNoAnswer() {
    api.losesAnswer = null;
  }

  /** What live reads of sessions see, by "namespace/name". */
  public Map<String, McpSession> sessions() {
    return api.sessions;
  }

  /** How many changes there were. */
  public int changes() {
    return api.changes.size();
  }

  /** The uid of the session that the connection of this id is of; empty: there is none. */
  public Optional<String> sessionOf(String id) {
    String name = SessionIds.connectionName(id);
    return api.all().stream()
        .filter(it -> it.getMetadata().getName().equals(name))
        .findFirst()
        .map(it -> it.getSpec().sessionUid());
  }

  /** All backend sessions that connections lead to. */
  public Set<String> bound() {
    return api.all().stream()
        .map(it -> it.getStatus().backendSessionId())
        .filter(it -> it != null)
        .collect(Collectors.toSet());
  }

  /** The backend session that an id of a client leads to. */
  public Optional<String> boundToId(String id) {
    return boundTo(SessionIds.connectionName(id));
  }

  /** The backend session of one connection. */
  public Optional<String> boundTo(String name) {
    return api.all().stream()
        .filter(it -> it.getMetadata().getName().equals(name))
        .findFirst()
        .map(it -> it.getStatus().backendSessionId());
  }

  /** Deletes the connections of a session, as the garbage collector does. */
  public void collect(String sessionUid) {
    List<McpConnection> garbage =
        api.all().stream().filter(it -> it.getSpec().sessionUid().equals(sessionUid)).toList();
    garbage.forEach(
        it -> api.deleteNow(it.getMetadata().getNamespace(), it.getMetadata().getName()));
  }

  /**
   * A replica that has seen all that there is.
   *
   * @param later runs something after a time, while the replica lives
   */
  public Replica replica(SessionView sessions, BiConsumer<Duration, Runnable> later) {
    Replica replica = new Replica(sessions, later);
    api.all().forEach(it -> replica.store.shown(null, it));
    replica.seen = api.changes.size();
    return replica;
  }

  /** The connections of one replica. */
  public final class Replica {
    private final ConnectionStore store;
    private int seen;

    private Replica(SessionView sessions, BiConsumer<Duration, Runnable> later) {
      store =
          new ConnectionStore(
              ids,
              api,
              ApiCalls.on(Runnable::run),
              sessions,
              () -> api.away,
              clock,
              later::accept,
              () -> clock.instant().toEpochMilli() * 1_000_000);
    }

    /** What the gateway wants of them. */
    public Connections connections() {
      return store;
    }

    /** Its informer shows one more change, if there is one. */
    public void showNext() {
      if (seen < api.changes.size()) {
        ModelConnectionApi.Change change = api.changes.get(seen++);
        store.shown(change.before(), change.now());
      }
    }

    /** Whether its informer has shown that the connection of this id is gone. */
    public boolean hasShownEnd(String id) {
      String name = SessionIds.connectionName(id);
      return api.changes.subList(0, seen).stream()
          .anyMatch(
              it ->
                  it.now() == null
                      && it.before() != null
                      && it.before().getMetadata().getName().equals(name));
    }
  }
}
