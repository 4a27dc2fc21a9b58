package dev.mcpsession.gateway.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * PURE. Which ids a user loses for a new one. Clients initialize in bursts and come back to none of
 * those ids, or to the one that nobody has used for hours: so the least recently used ones go, but
 * none that is too young to have shown what it is for.
 */
final class ConnectionLimit {
  /** An id that is younger stays. */
  static final Duration YOUNG = Duration.ofSeconds(60);

  /** How many times as many as allowed there may be, while they are too young to go. */
  static final int BURST = 4;

  private ConnectionLimit() {}

  /** One id that the user has. */
  record Use(String name, Instant createdAt, Instant lastUsedAt) {}

  /** What is to be done. */
  sealed interface Decision {
    /**
     * There is room for one more.
     *
     * @param ended the ids that go for it, the least recently used first
     */
    record Room(List<String> ended) implements Decision {}

    /** Too many are too young. */
    record Full() implements Decision {}
  }

  /**
   * Decides about one more id.
   *
   * @param allowed number of ids that a user may have
   */
  static Decision forOneMore(List<Use> present, int allowed, Instant now) {
    int surplus = present.size() + 1 - allowed;
    List<String> ended = new ArrayList<>();
    if (wasFull(present, allowed, now.minus(YOUNG))) {
      present.stream()
          .filter(use -> isOver(use.createdAt(), now))
          .sorted(Comparator.comparing(Use::lastUsedAt).thenComparing(Use::name))
          .limit(Math.max(0, surplus))
          .map(Use::name)
          .forEach(ended::add);
    }
    return present.size() + 1 - ended.size() > allowed * BURST
        ? new Decision.Full()
        : new Decision.Room(ended);
  }

  /**
   * Whether the user had as many as allowed at that time already. Other replicas tell more of the
   * use that they see from then on: before that, one in use could be taken for the least used.
   */
  private static boolean wasFull(List<Use> present, int allowed, Instant at) {
    return present.stream().filter(use -> !use.createdAt().isAfter(at)).count() >= allowed;
  }

  private static boolean isOver(Instant since, Instant now) {
    return !now.isBefore(since.plus(YOUNG));
  }
}
