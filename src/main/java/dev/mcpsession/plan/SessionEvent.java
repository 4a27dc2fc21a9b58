package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.plan.observed.FailingWrite;
import java.time.Duration;
import java.time.Instant;

/** Something that happened to a session: the source of its Events and metrics. */
public sealed interface SessionEvent {
  /** Text of the Event: why, with the times. */
  String message();

  /** The first revision, or the first after a resume, serves. */
  record Started(boolean resumed, Duration took, String message) implements SessionEvent {}

  record Replaced(Cause cause, Duration took, String message) implements SessionEvent {}

  /** An attempt failed; cause {@link Cause#START} for a start. */
  record AttemptFailed(Cause cause, String message) implements SessionEvent {}

  /**
   * A request to the API server keeps failing.
   *
   * @param hasServed whether a backend serves, or did before it was stopped on purpose
   */
  record WriteFailed(FailingWrite.Kind kind, boolean hasServed, String message)
      implements SessionEvent {}

  /** The Pod of an attempt finds no node; the attempt goes on. */
  record NotScheduled(Cause cause, String podName, String message) implements SessionEvent {}

  record TokenIssueFailed(String message) implements SessionEvent {}

  /** The session was deleted; {@code due} is when it should have been. */
  record Evicted(EvictionReason reason, Instant due, String message) implements SessionEvent {}

  record Suspended(String message) implements SessionEvent {}

  record BackendExited(String message) implements SessionEvent {}

  record InvalidActivity(String message) implements SessionEvent {}

  record NameConflict(String message) implements SessionEvent {}

  /** The finalizer was removed, and one of the session's tokens stays valid. */
  record RevocationFailed(String message) implements SessionEvent {}
}
