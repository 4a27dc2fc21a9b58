package dev.mcpsession.gateway.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @param fullSince since when the user has as many; null: fewer. Other replicas report the use
   *     that they see only from then on, so none goes before {@link #YOUNG} after it
   */
  static Decision forOneMore(
      List<Use> present, int allowed, @Nullable Instant fullSince, Instant now) {
    int surplus = present.size() + 1 - allowed;
    List<String> ended = new ArrayList<>();
    if (fullSince != null && isOver(fullSince, now)) {
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

  private static boolean isOver(Instant since, Instant now) {
    return !now.isBefore(since.plus(YOUNG));
  }
}
