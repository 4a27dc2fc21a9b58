package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes the candidate what serves: the old revision's Secret goes first, then the status says so.
 */
final class Promotion {
  private Promotion() {}

  static void plan(PlanBuilder draft, Attempt attempt, ObservedPod pod) {
    int old = draft.revision;
    letGoOfSecret(draft);
    draft.serve(pod);
    draft.servingSince = draft.now;
    draft.attempt = null;
    draft.nextAttemptTime = null;
    draft.slot = Plan.Slot.NONE;
    boolean stepBack = draft.now.isBefore(attempt.startTime());
    Duration took = stepBack ? Duration.ZERO : Duration.between(attempt.startTime(), draft.now);
    String serves =
        "revision " + pod.revision() + " serves at " + draft.endpoint + words(pod.token());
    String after = ", " + took.toMillis() + " ms after it was begun";
    if (attempt.cause() == Cause.START) {
      draft.activeSince = draft.now;
      draft.announce(new SessionEvent.Started(old != 0, took, serves + after));
    } else {
      String what =
          attempt.cause().label()
              + ": "
              + serves
              + ", instead of revision "
              + old
              + (attempt.cause() == Cause.NODE ? departure(draft.seen.children().ownPod(old)) : "");
      draft.announce(new SessionEvent.Replaced(attempt.cause(), took, what + after));
    }
  }

  /** Of the revision that served; where nothing did, it went when the session was stopped. */
  private static void letGoOfSecret(PlanBuilder draft) {
    ObservedPod old = draft.seen.children().ownPod(draft.revision);
    boolean mayHaveOne =
        old == null ? draft.seen.session().spec().token() != null : old.token() != null;
    boolean served = draft.servingSince != null || draft.expired != null;
    if (draft.revision != 0 && served && mayHaveOne) {
      draft.before(new Action.DeleteSecret(draft.revision));
    }
  }

  private static String departure(@Nullable ObservedPod old) {
    return old == null || old.leaving() == null ? "" : " (" + old.leaving() + ")";
  }

  private static String words(@Nullable TokenInfo token) {
    return token == null || token.expiresAt() == null
        ? ""
        : " with a token until " + token.expiresAt();
  }
}
