package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.plan.observed.ObservedPod;
import org.jspecify.annotations.Nullable;

/** What one plan does about attempts. */
sealed interface AttemptStep {
  /** The serving revision is up to date. */
  record Settle() implements AttemptStep {}

  /** The attempt waits for {@code nextAttemptTime}. */
  record Wait() implements AttemptStep {}

  /**
   * A failed renewal waits for {@code nextAttemptTime}; an obtained token is of no use until then.
   */
  record WaitToRenew() implements AttemptStep {}

  /** The waiting attempt is no longer needed. */
  record Cancel(int failures) implements AttemptStep {}

  /**
   * Begins an attempt.
   *
   * @param reserved number that the status reserves and no child uses; 0 for none
   * @param failures that still count
   */
  record Begin(Cause cause, int reserved, int failures) implements AttemptStep {}

  /** The backend keeps exiting soon after its promotion: the next attempt is delayed. */
  record BeginLater(int failures) implements AttemptStep {}

  /** Obtains a token first: one that is no better than the serving one begins no attempt. */
  record Renew(int failures) implements AttemptStep {}

  /**
   * Creates the attempt's children once its token is available.
   *
   * @param secretIsOutdated whether the attempt's Secret may hold a token that is too old
   */
  record Provide(boolean secretIsOutdated) implements AttemptStep {}

  /** The candidate may still become Ready. */
  record AwaitReadiness() implements AttemptStep {}

  record Promote(ObservedPod candidate) implements AttemptStep {}

  /**
   * Restarts the attempt, which is no failure: its inputs changed, or the candidate has to leave
   * its node.
   *
   * @param candidate null if it was not created yet
   * @param cause null if no attempt is needed any more
   */
  record BeginAnew(@Nullable ObservedPod candidate, @Nullable Cause cause) implements AttemptStep {}

  /**
   * Ends the attempt without a failure, as the template is missing or invalid.
   *
   * @param candidate null if it was not created yet
   * @param start whether an attempt that begins later is a start
   */
  record CallOff(@Nullable ObservedPod candidate, boolean start) implements AttemptStep {}

  /** Another owner has a child's name: tries the next number at once. */
  record Evade() implements AttemptStep {}

  /**
   * The attempt failed.
   *
   * @param candidate null if it was not created yet
   */
  record Fail(@Nullable ObservedPod candidate, Failure why) implements AttemptStep {}

  /**
   * Why the attempt failed, for the conditions.
   *
   * @param invalid whether the spec itself is at fault
   * @param nameConflict whether other owners have the names
   */
  record Failure(boolean invalid, boolean nameConflict, String message) {}
}
