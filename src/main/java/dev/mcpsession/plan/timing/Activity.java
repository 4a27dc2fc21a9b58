package dev.mcpsession.plan.timing;

import dev.mcpsession.api.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
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
    Instant at;
    try {
      at = OffsetDateTime.parse(lastActive).toInstant();
    } catch (DateTimeParseException e) {
      String shown =
          lastActive.length() > SHOWN ? lastActive.substring(0, SHOWN) + "…" : lastActive;
      return new Activity(
          null,
          Reason.Unparseable,
          "lastActive \""
              + shown
              + "\" is not an RFC 3339 instant such as 2026-11-21T09:30:00Z;"
              + " the moment it was first seen counts instead",
          null);
    }
    if (at.isAfter(now.plus(TOLERANCE))) {
      return new Activity(
          null,
          Reason.InFuture,
          "lastActive "
              + lastActive
              + " lies more than 60 s in the future;"
              + " the moment it was first seen counts instead",
          at.minus(TOLERANCE));
    }
    return new Activity(
        at, Reason.Annotated, "activity is reported by the annotation lastActive", null);
  }

  /**
   * Whether the value is invalid: it is reported, and neither ends a session nor keeps it alive.
   */
  public boolean isGarbage() {
    return reason == Reason.Unparseable || reason == Reason.InFuture;
  }
}
