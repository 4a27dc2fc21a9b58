package dev.mcpsession.reconcile.memory;

import dev.mcpsession.plan.observed.FailingWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which requests of one session fail, and since when. Guarded by its own monitor. */
public final class WriteFailures {
  /** What has not been tried for this long is no longer failing without interruption. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(1);

  /** How long the words stay that were noted first: they end up in status. */
  private static final Duration SAME_WORDS = Duration.ofMinutes(1);

  /**
   * Its words, and since when they are these.
   *
   * @param wordsSince for {@link #SAME_WORDS}
   */
  private record Noted(FailingWrite write, Instant wordsSince) {}

  private final Map<FailingWrite.Kind, Noted> byKind = new EnumMap<>(FailingWrite.Kind.class);

  /**
   * A request failed.
   *
   * @param message in one line
   * @param sentAt when it was sent
   * @param now when it failed
   * @param answered whether the API server answered
   */
  public synchronized FailingWrite failed(
      FailingWrite.Kind kind,
      String name,
      String message,
      Instant sentAt,
      Instant now,
      boolean answered) {
    Noted before = byKind.get(kind);
    boolean goesOn = before != null && !now.isAfter(before.write().lastAt().plus(FORGOTTEN));
    Noted noted =
        before == null || !goesOn
            ? new Noted(new FailingWrite(kind, name, message, sentAt, now, 1, answered, null), now)
            : again(before, name, message, now, answered);
    byKind.put(kind, noted);
    return noted.write();
  }

  private static Noted again(
      Noted before, String name, String message, Instant now, boolean answered) {
    FailingWrite write = before.write();
    boolean keep = name.equals(write.name()) && now.isBefore(before.wordsSince().plus(SAME_WORDS));
    return new Noted(
        new FailingWrite(
            write.kind(),
            name,
            keep ? write.message() : message,
            write.since(),
            now,
            write.times() + 1,
            answered,
            write.announcedAt()),
        keep ? before.wordsSince() : now);
  }

  /**
   * A request succeeded.
   *
   * @return the failure that it ends; null if none was noted
   */
  public synchronized @Nullable FailingWrite succeeded(FailingWrite.Kind kind) {
    Noted ended = byKind.remove(kind);
    return ended == null ? null : ended.write();
  }

  /** A plan was carried out, so that nothing fails any more that is still wanted. */
  public synchronized void none() {
    byKind.clear();
  }

  /** An Event told of it. */
  public synchronized void announced(FailingWrite.Kind kind, Instant now) {
    byKind.computeIfPresent(
        kind,
        (same, noted) -> {
          FailingWrite write = noted.write();
          return new Noted(
              new FailingWrite(
                  kind,
                  write.name(),
                  write.message(),
                  write.since(),
                  write.lastAt(),
                  write.times(),
                  write.answered(),
                  now),
              noted.wordsSince());
        });
  }

  /** Those that last long enough to be reported. */
  public synchronized List<FailingWrite> lasting() {
    if (byKind.isEmpty()) {
      return List.of();
    }
    List<FailingWrite> lasting = new ArrayList<>();
    byKind.values().stream()
        .map(Noted::write)
        .filter(FailingWrite::isLasting)
        .forEach(lasting::add);
    return List.copyOf(lasting);
  }
}
