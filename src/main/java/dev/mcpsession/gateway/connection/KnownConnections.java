package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.kube.ResourceVersion;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections that this replica knows: those that its informer shows, and those that an answer
 * of the API server told it first. One that has ended never comes back, whatever arrives late:
 * names are made of random numbers, so none is used twice.
 */
final class KnownConnections {
  /** How many ends are remembered: as many ids can be answered without a request. */
  private static final int ENDS = 20_000;

  /** Name of an object. */
  record ObjectKey(String namespace, String name) {
    static ObjectKey of(Connection connection) {
      return new ObjectKey(connection.session().namespace(), connection.name());
    }

    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  /**
   * One connection.
   *
   * @param lastUsedTime as the object has it; null: never
   * @param shown whether the informer has shown the object, and so will show its end
   * @param use what this replica notes of it
   * @param answers what was read live of it
   */
  record Known(
      Connection connection,
      Instant createdAt,
      @Nullable Instant lastUsedTime,
      boolean shown,
      ConnectionUse use,
      Answers answers) {

    /** The last use that is known of. */
    Instant lastUsedAt() {
      return use.latest(storedUse());
    }

    /** The last use that other replicas know of. */
    Instant storedUse() {
      return lastUsedTime == null ? createdAt : lastUsedTime;
    }
  }

  /** When answers of the API server told that a connection and its session were there. */
  static final class Answers {
    private volatile @Nullable Long connection;
    private volatile @Nullable Long session;

    void connectionRead(long nanoTime) {
      connection = nanoTime;
    }

    void sessionRead(long nanoTime) {
      session = nanoTime;
    }

    boolean isConnectionNew(long nanoTime, Duration age) {
      return isNew(connection, nanoTime, age);
    }

    boolean isSessionNew(long nanoTime, Duration age) {
      return isNew(session, nanoTime, age);
    }

    private static boolean isNew(@Nullable Long read, long nanoTime, Duration age) {
      return read != null && nanoTime - read < age.toNanos();
    }
  }

  /** What has ended, oldest first. */
  private static final class Ends<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > ENDS;
    }
  }

  private final Map<ObjectKey, Known> entries = new ConcurrentHashMap<>();
  private final Map<String, Set<ObjectKey>> bySession = new ConcurrentHashMap<>();
  private final Map<ObjectKey, String> ended = new Ends<>();
  private final Map<String, Boolean> endedSessions = new Ends<>();

  /** Null: it is not known. */
  @Nullable Known get(ObjectKey key) {
    return entries.get(key);
  }

  /** The connections of a session. */
  List<Known> ofSession(String uid) {
    return bySession.getOrDefault(uid, Set.of()).stream()
        .map(entries::get)
        .filter(entry -> entry != null)
        .toList();
  }

  int countOfSession(String uid) {
    return bySession.getOrDefault(uid, Set.of()).size();
  }

  /**
   * Whether it has ended.
   *
   * @return empty: not that this replica knew; else whether it ended for a rejected grant
   */
  synchronized Optional<Boolean> end(ObjectKey key) {
    String session = ended.get(key);
    return session == null
        ? Optional.empty()
        : Optional.of(endedSessions.getOrDefault(session, false));
  }

  /**
   * Takes in an object.
   *
   * @param shown whether the informer shows it; else an answer of the API server told it
   * @return whether it is new here
   */
  synchronized boolean put(McpConnection object, boolean shown, long nanoTime) {
    Connection connection = ConnectionObjects.read(object).orElse(null);
    if (connection == null) {
      return false;
    }
    ObjectKey key = ObjectKey.of(connection);
    String session = connection.session().uid();
    if (ended.containsKey(key)) {
      return false;
    }
    if (endedSessions.containsKey(session)) {
      ended.put(key, session);
      return false;
    }
    Known old = entries.get(key);
    Connection newest =
        old != null && version(old.connection).isAfter(version(connection))
            ? old.connection
            : connection;
    Answers answers = old == null ? new Answers() : old.answers;
    ObjectMeta metadata = object.getMetadata();
    Instant lastUsedTime = object.getStatus().lastUsedTime();
    entries.put(
        key,
        new Known(
            newest,
            Instant.parse(metadata.getCreationTimestamp()),
            old == null ? lastUsedTime : later(old.lastUsedTime, lastUsedTime),
            shown || (old != null && old.shown),
            old == null ? new ConnectionUse() : old.use,
            answers));
    if (!shown) {
      answers.connectionRead(nanoTime);
    }
    bySession.computeIfAbsent(session, none -> ConcurrentHashMap.newKeySet()).add(key);
    return old == null;
  }

  /** The object is gone. */
  synchronized void gone(ObjectKey key, String sessionUid) {
    ended.put(key, sessionUid);
    entries.remove(key);
    Set<ObjectKey> others = bySession.get(sessionUid);
    if (others != null && others.remove(key) && others.isEmpty()) {
      bySession.remove(sessionUid);
    }
  }

  /**
   * The session has ended, and all its connections with it.
   *
   * @param rejected whether for a rejected grant
   */
  synchronized void sessionEnded(String uid, boolean rejected) {
    endedSessions.merge(uid, rejected, Boolean::logicalOr);
    Collection<ObjectKey> keys = bySession.remove(uid);
    if (keys != null) {
      keys.forEach(
          key -> {
            entries.remove(key);
            ended.put(key, uid);
          });
    }
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    return a == null ? b : b == null || a.isAfter(b) ? a : b;
  }

  private static ResourceVersion version(Connection connection) {
    return ResourceVersion.of(connection.resourceVersion());
  }
}
