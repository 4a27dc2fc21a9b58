package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.DueCause;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Promotes the candidate: first the old revision's Secret is deleted, then the status written. */
final class Promotion {
  private Promotion() {}

  static void plan(Assessment it, PlanBuilder plan, Attempt attempt, ObservedPod pod) {
    StatusRecord before = plan.status();
    int old = before.revision();
    if (before.servingSince() != null) {
      LostLabels.confirmGone(it.seen(), plan, old);
    }
    boolean served = mayHaveSecret(it, before);
    if (served) {
      plan.add(Phase.PREPARATION, new Action.DeleteSecret(old));
    }
    deleteSecretsOfStrays(it, plan, served ? old : old - 1, pod.revision());
    StatusRecord after = before.serving(pod, it.seen().session(), it.now()).withoutAttempt();
    boolean stepBack = it.now().isBefore(attempt.startTime());
    Duration took = stepBack ? Duration.ZERO : Duration.between(attempt.startTime(), it.now());
    String serves =
        "revision " + pod.revision() + " serves at " + after.endpoint() + words(pod.token());
    String begun = ", " + took.toMillis() + " ms after it was begun";
    if (attempt.cause() == Cause.START) {
      after = after.activeSince(it.now());
      plan.announce(Phase.RESULT, new SessionEvent.Started(old != 0, took, serves + begun));
    } else {
      ObservedPod replaced = it.seen().children().ownPod(old);
      String what =
          attempt.cause().label()
              + ": "
              + serves
              + ", instead of revision "
              + old
              + (attempt.cause() == Cause.NODE ? departure(replaced) : "");
      plan.announce(Phase.RESULT, new SessionEvent.Replaced(attempt.cause(), took, what + begun));
    }
    // Its node may be leaving already, and no event follows to say so.
    plan.wake(DueCause.moveAt(pod, it.now()));
    plan.status(after);
    plan.slot(Plan.Slot.NONE);
  }

  /**
   * Pods between the two, of attempts given up, of a status that was lost or of a revision that was
   * stopped, count as retired from here on, and retiring a Pod leaves its Secret to the promotion.
   *
   * @param done number up to which no Secret is left
   */
  private static void deleteSecretsOfStrays(
      Assessment it, PlanBuilder plan, int done, int promoted) {
    it.seen().children().ownPods().stream()
        .filter(pod -> pod.token() != null)
        .filter(pod -> pod.revision() > done && pod.revision() < promoted)
        .forEach(pod -> plan.add(Phase.PREPARATION, new Action.DeleteSecret(pod.revision())));
  }

  /**
   * Whether the revision that served may have a Secret. A stop deletes it, but if that was to be
   * followed by this attempt, the process that stopped may not have come to it. Of a Pod that has
   * gone it is not known: a token may have been asked for when it was made.
   */
  private static boolean mayHaveSecret(Assessment it, StatusRecord before) {
    ObservedPod old = it.seen().children().ownPod(before.revision());
    boolean mayHaveOne =
        old == null
            ? it.seen().session().mayHaveToken() || before.servingSince() != null
            : old.token() != null;
    boolean served =
        before.servingSince() != null
            || it.expiry().over()
            || it.seen().session().spec().recreates();
    return before.revision() != 0 && served && mayHaveOne;
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
