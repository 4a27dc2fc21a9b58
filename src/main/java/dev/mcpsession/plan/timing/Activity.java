package dev.mcpsession.plan.timing;

import dev.mcpsession.api.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What the annotation lastActive says, judged at one instant.
 *
 * @param at the instant it names if it is valid, else null
 * @param reason for the condition ActivityValid
 * @param validAt when an instant too far in the future becomes valid; null otherwise
 */
public record Activity(
    @Nullable Instant at, Reason reason, String message, @Nullable Instant validAt) {
  /** How far a writer's clock may be ahead of ours. */
  static final Duration TOLERANCE = Duration.ofSeconds(60);

  /** Longer text cannot be an instant and is not repeated in messages. */
  private static final int SHOWN = 64;

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

  /** Garbage is reported, and neither kills a session nor makes it immortal. */
  public boolean isGarbage() {
    return reason == Reason.Unparseable || reason == Reason.InFuture;
  }
}
