package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.EventReason;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Which warnings of one session came up, and which are written. Guarded by its own monitor. */
public final class RepeatedWarnings {
  /** Between two writes of the same warning. */
  private static final Duration REPEAT = Duration.ofMinutes(5);

  /** Since when a warning was not written, and how often it came up since. */
  private record Repeated(Instant writtenAt, int unwritten) {}

  private final Map<EventReason, Repeated> byReason = new EnumMap<>(EventReason.class);
  private @Nullable String warnedOf;

  /**
   * Notes that a warning came up.
   *
   * @return how many are to be written now, this one included; empty while it is too early to write
   *     again
   */
  public synchronized OptionalInt cameUp(EventReason reason, Instant now) {
    Repeated last = byReason.get(reason);
    if (last != null && now.isBefore(last.writtenAt().plus(REPEAT))) {
      byReason.put(reason, new Repeated(last.writtenAt(), last.unwritten() + 1));
      return OptionalInt.empty();
    }
    return written(reason, now, last);
  }

  /**
   * Notes that a warning came up that comes up once for each Pod: an earlier one of another kind
   * must not hide it. If it does come up again for the same Pod, it is repeated as any other.
   *
   * @return as for {@link #cameUp}
   */
  public synchronized OptionalInt cameUpFor(String pod, EventReason reason, Instant now) {
    if (pod.equals(warnedOf)) {
      return cameUp(reason, now);
    }
    warnedOf = pod;
    return written(reason, now, byReason.get(reason));
  }

  /**
   * A warning could not be written. It is when it comes up again: nothing else may tell of it.
   *
   * @param count how many were to be written
   */
  public synchronized void notWritten(EventReason reason, int count) {
    byReason.put(reason, new Repeated(Instant.EPOCH, count));
  }

  private OptionalInt written(EventReason reason, Instant now, @Nullable Repeated last) {
    byReason.put(reason, new Repeated(now, 0));
    return OptionalInt.of(1 + (last == null ? 0 : last.unwritten()));
  }
}
