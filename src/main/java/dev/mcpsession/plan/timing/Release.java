package dev.mcpsession.plan.timing;

import dev.mcpsession.text.Excerpt;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The annotation released, evaluated at one instant: whoever sees the traffic says since when
 * nobody is there any more.
 *
 * @param at the instant in the annotation if it counts, else null
 * @param problem why it does not, for users; null if there is no such annotation, or it counts
 * @param validAt when an instant too far in the future becomes valid; null otherwise
 */
public record Release(@Nullable Instant at, @Nullable String problem, @Nullable Instant validAt) {
  static final Release NONE = new Release(null, null, null);

  private static final String SEPARATOR = "; ";
  private static final String UNPARSEABLE = " is not an RFC 3339 instant, and changes nothing";
  private static final String IN_FUTURE =
      " lies more than 60 s in the future, and changes nothing until then";

  /** Characters quoted in messages; longer text cannot be an instant. */
  private static final int SHOWN = 64;

  /**
   * Evaluates the annotation, which is read like lastActive.
   *
   * @param released null without the annotation
   */
  public static Release read(@Nullable String released, Instant now) {
    if (released == null) {
      return NONE;
    }
    Instant at = ActivityTime.read(released);
    if (at == null) {
      return unusable(released, UNPARSEABLE, null);
    }
    return at.isAfter(now.plus(Activity.TOLERANCE))
        ? unusable(released, IN_FUTURE, at.minus(Activity.TOLERANCE))
        : new Release(at, null, null);
  }

  private static Release unusable(String released, String why, @Nullable Instant validAt) {
    return new Release(null, "released \"" + Excerpt.of(released, SHOWN) + "\"" + why, validAt);
  }

  /** A message about the annotation lastActive, with what is wrong with this one. */
  public String addedTo(String message) {
    return problem == null ? message : message + SEPARATOR + problem;
  }

  /**
   * Whether a message says the same about this annotation, apart from its value, which a writer may
   * change at any moment.
   */
  public boolean isToldBy(String message) {
    return isOf(UNPARSEABLE) == message.endsWith(UNPARSEABLE)
        && isOf(IN_FUTURE) == message.endsWith(IN_FUTURE);
  }

  private boolean isOf(String kind) {
    return problem != null && problem.endsWith(kind);
  }
}
