package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.plan.observed.ObservedPod;
import org.jspecify.annotations.Nullable;

/** What one plan does about attempts. */
sealed interface AttemptStep {
  /** What serves is what is wanted. */
  record Settle() implements AttemptStep {}

  /** An attempt waits for its time. */
  record Wait() implements AttemptStep {}

  /** A renewal that failed waits for its time; what is in hand is of no use until then. */
  record WaitToRenew() implements AttemptStep {}

  /** The attempt that waited is not wanted any more. */
  record Cancel(int failures) implements AttemptStep {}

  /**
   * Begins an attempt.
   *
   * @param reserved a number that status names already and that nothing uses; 0 for none
   * @param failures that are still counted
   */
  record Begin(Cause cause, int reserved, int failures) implements AttemptStep {}

  /** What served keeps ending soon after it began to serve: it is slowed down. */
  record BeginLater(int failures) implements AttemptStep {}

  /** A token first: one that is no better than what serves begins no attempt. */
  record Renew(int failures) implements AttemptStep {}

  /** Makes the children of the attempt, as far as its token is there. */
  record Provide(boolean secretIsOutdated) implements AttemptStep {}

  /** The candidate may still become ready. */
  record AwaitReadiness() implements AttemptStep {}

  record Promote(ObservedPod candidate) implements AttemptStep {}

  /**
   * Not a failure: what is wanted has changed, or the candidate has to leave its node.
   *
   * @param candidate null before it was made
   * @param cause null when nothing is wanted any more
   */
  record BeginAnew(@Nullable ObservedPod candidate, @Nullable Cause cause) implements AttemptStep {}

  /** Another owner has a child's name: the next number is tried at once. */
  record Evade() implements AttemptStep {}

  /**
   * The attempt is given up.
   *
   * @param candidate null before it was made
   */
  record Fail(@Nullable ObservedPod candidate, Failure why) implements AttemptStep {}

  /** What went wrong, for the conditions. */
  record Failure(boolean invalid, boolean nameConflict, String message) {}
}
