package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.EventReason;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Which warnings of one session came up, and which are written. Guarded by its own monitor. */
public final class RepeatedWarnings {
  /** Between two writes of the same warning. */
  private static final Duration REPEAT = Duration.ofMinutes(5);

  /** What a warning is about; one about something else must not hide it. */
  private record Subject(EventReason reason, @Nullable String what) {}

  private final Map<Subject, Instant> writtenAt = new HashMap<>();
  private final Map<EventReason, Integer> unwritten = new EnumMap<>(EventReason.class);

  /**
   * Notes that a warning came up.
   *
   * @param what the object that it is about, where one reason stands for several; null if there are
   *     none to tell apart
   * @return how many of that reason are to be written now, this one included; empty while it is too
   *     early to write again
   */
  public synchronized OptionalInt cameUp(EventReason reason, @Nullable String what, Instant now) {
    int count = unwritten.merge(reason, 1, Integer::sum);
    writtenAt.values().removeIf(time -> !now.isBefore(time.plus(REPEAT)));
    if (writtenAt.putIfAbsent(new Subject(reason, what), now) != null) {
      return OptionalInt.empty();
    }
    unwritten.remove(reason);
    return OptionalInt.of(count);
  }

  /**
   * A warning could not be written. It is when it comes up again: nothing else may tell of it.
   *
   * @param count how many were to be written
   */
  public synchronized void notWritten(EventReason reason, @Nullable String what, int count) {
    writtenAt.remove(new Subject(reason, what));
    unwritten.merge(reason, count, Integer::sum);
  }
}
