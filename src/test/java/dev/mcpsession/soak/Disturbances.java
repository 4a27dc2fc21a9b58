package dev.mcpsession.soak;

import dev.mcpsession.replicas.GatewayReplicas.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** What was done to the installation, and so what may fail of what was under way meanwhile. */
final class Disturbances {
  /** Until the Pod that was deleted has stopped, and its clients have seen that. */
  private static final Duration POD_STOPS = Duration.ofSeconds(10);

  /** Until clients have seen that a process that was killed has closed their connections. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  private final Queue<Kill> kills = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> counts = new TreeMap<>();

  /**
   * @param replica null: none
   * @param user whose Pod it was; null: nobody's
   */
  private record Kill(
      Instant from, Instant until, @Nullable Replica replica, @Nullable String user) {}

  /** SIGKILL; called just before. */
  void replicaIsKilled(Replica replica) {
    Instant now = Instant.now();
    kills.add(new Kill(now, now.plus(NOTICED), replica, null));
  }

  /** Called just before. */
  void podIsDeleted(String user) {
    Instant now = Instant.now();
    kills.add(new Kill(now, now.plus(POD_STOPS), null, user));
  }

  /** One more event of this kind. */
  synchronized void count(String kind) {
    counts.merge(kind, 1, Integer::sum);
  }

  synchronized Map<String, Integer> counts() {
    return new TreeMap<>(counts);
  }

  /**
   * Whether something that was under way then may have failed.
   *
   * @param replica that it was sent to; null: several, one after the other
   */
  boolean explain(Instant begun, Instant ended, @Nullable Replica replica, String user) {
    return kills.stream()
        .filter(kill -> begun.isBefore(kill.until) && !ended.isBefore(kill.from))
        .anyMatch(
            kill ->
                kill.replica == null
                    ? user.equals(kill.user)
                    : replica == null || replica.equals(kill.replica));
  }
}
