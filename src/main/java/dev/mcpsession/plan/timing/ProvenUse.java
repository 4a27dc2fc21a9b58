package dev.mcpsession.plan.timing;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.WriterSigns;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Use that a change of the annotation lastActive proves, and its value does not tell.
 *
 * @param at later than what the status and the annotation tell; null without such use
 * @param recorded whether activeSince is moved there now
 */
record ProvenUse(@Nullable Instant at, boolean recorded) {
  static final ProvenUse NONE = new ProvenUse(null, false);

  /**
   * Of a session that has a status and is not suspended.
   *
   * @param known the start of the clock without this
   */
  static ProvenUse of(Observation seen, Activity activity, Instant known, Instant now) {
    WriterSigns signs = seen.memory().signs();
    Instant last = signs.last();
    if (last == null) {
      // Recorded at once: nobody remembers it.
      return hasChangedUnwatched(seen, activity) && now.isAfter(known)
          ? new ProvenUse(now, true)
          : NONE;
    }
    if (!last.isAfter(known)) {
      return NONE;
    }
    McpSessionStatus status = seen.session().status();
    Instant recorded = status == null ? null : status.activeSince();
    boolean lost = signs.lostAt() != null && (recorded == null || signs.lostAt().isAfter(recorded));
    boolean due = !last.isBefore(known.plus(IdleDeadline.recordingInterval(seen.session().spec())));
    return new ProvenUse(last, lost || due || isReasonNew(seen, activity));
  }

  /** Whether the status is written anyway. */
  private static boolean isReasonNew(Observation seen, Activity activity) {
    return !seen.session().conditions().has(ConditionType.ActivityValid, activity.reason());
  }

  /**
   * Whether the annotation is not as the status has it, although this process saw no change: it
   * went, an invalid value changed, or became a time before it was first seen.
   */
  private static boolean hasChangedUnwatched(Observation seen, Activity activity) {
    Condition reported = seen.session().conditions().get(ConditionType.ActivityValid);
    if (reported == null || Reason.NotAnnotated.name().equals(reported.reason())) {
      return false;
    }
    boolean wasGarbage = Condition.FALSE.equals(reported.status());
    Instant at = activity.at();
    if (at != null) {
      Instant firstSeen = reported.lastTransitionTime();
      return wasGarbage && firstSeen != null && at.isBefore(firstSeen);
    }
    return !activity.isGarbage()
        || (wasGarbage && !reported.message().startsWith(activity.message()));
  }
}
