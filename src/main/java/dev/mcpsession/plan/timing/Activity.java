package dev.mcpsession.plan.timing;

import dev.mcpsession.api.Reason;
import dev.mcpsession.text.Excerpt;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The annotation lastActive, evaluated at one instant.
 *
 * @param at the instant in the annotation if it is valid, else null
 * @param reason for the condition ActivityValid
 * @param validAt when an instant too far in the future becomes valid; null otherwise
 */
public record Activity(
    @Nullable Instant at, Reason reason, String message, @Nullable Instant validAt) {
  /** How far a writer's clock may be ahead of ours. */
  static final Duration TOLERANCE = Duration.ofSeconds(60);

  /** Characters quoted in messages; longer text cannot be an instant. */
  private static final int SHOWN = 64;

  /**
   * Evaluates the annotation.
   *
   * @param lastActive null without the annotation
   */
  public static Activity read(@Nullable String lastActive, Instant now) {
    if (lastActive == null) {
      return new Activity(null, Reason.NotAnnotated, "nobody has reported activity yet", null);
    }
    Instant at = ActivityTime.read(lastActive);
    if (at == null) {
      return new Activity(
          null,
          Reason.Unparseable,
          "lastActive \""
              + Excerpt.of(lastActive, SHOWN)
              + "\" is not an RFC 3339 instant such as 2026-11-21T09:30:00Z;"
              + " the moment it was first seen counts instead",
          null);
    }
    if (at.isAfter(now.plus(TOLERANCE))) {
      return new Activity(
          null,
          Reason.InFuture,
          "lastActive "
              + Excerpt.of(lastActive, SHOWN)
              + " lies more than 60 s in the future;"
              + " the moment it was first seen counts instead",
          at.minus(TOLERANCE));
    }
    return new Activity(
        at, Reason.Annotated, "activity is reported by the annotation lastActive", null);
  }

  /**
   * Whether a change of the annotation shows use that its new value does not tell: it went, moved
   * back, or is invalid. Whoever changes it is there.
   *
   * @param before null without the annotation
   * @param beforeSeenAt when the value before was first seen
   * @param after null without the annotation
   */
  public static boolean isSignOfUse(
      @Nullable String before, Instant beforeSeenAt, @Nullable String after, Instant now) {
    if (Objects.equals(before, after)) {
      return false;
    }
    Instant at = read(after, now).at();
    if (at == null) {
      return true;
    }
    Activity old = read(before, now);
    return old.isGarbage() ? at.isBefore(beforeSeenAt) : old.at() != null && at.isBefore(old.at());
  }

  /**
   * Whether a change takes away a time that counted: it would have moved the clock by at least this
   * much.
   *
   * @param before null without the annotation
   * @param after null without the annotation
   */
  public static boolean isLost(
      @Nullable String before, @Nullable String after, Duration atLeast, Instant now) {
    Instant was = read(before, now).at();
    if (was == null) {
      return false;
    }
    Instant is = read(after, now).at();
    return is == null ? after == null : !was.isBefore(is.plus(atLeast));
  }

  /**
   * Whether the value is invalid: it is reported, and neither ends a session nor keeps it alive.
   */
  public boolean isGarbage() {
    return reason == Reason.Unparseable || reason == Reason.InFuture;
  }
}
