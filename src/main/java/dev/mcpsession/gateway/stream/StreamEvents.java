package dev.mcpsession.gateway.stream;

import io.vertx.core.buffer.Buffer;

/**
 * What becomes of the events of one backend's stream on their way to a client. An event is held
 * back until it is whole, unless it is too long for that. Not thread-safe.
 */
public interface StreamEvents {
  /** What becomes of a backend's stream whose client has left, and may come back for the rest. */
  enum WhenClientLeaves {
    /** Its connection is closed: the backend keeps the rest, and is asked for it. */
    CLOSE,
    /** It is read on as if the client were there: the rest is kept here. */
    READ_ON,
    /** It is read to its end, so that the backend's work goes on, and forgotten. */
    FORGET
  }

  /** What can be passed on now: whole events, or part of one that is too long to hold. */
  Buffer pass(Buffer chunk);

  /** Takes what is held back: the stream has ended without the end of its last event. */
  Buffer rest();

  /** Whether what was passed on last was the end of an event. */
  boolean betweenEvents();

  /** Whether the answer to the stream's request is among what was passed on, as far as is known. */
  boolean isAnswered();

  /** How many events have ended so far; what is no more than a comment counts as well. */
  long count();

  /** Is asked when a client has left that did not cancel its request by that. */
  default WhenClientLeaves whenClientLeaves() {
    return WhenClientLeaves.FORGET;
  }

  /**
   * Whether more may be read of a stream that is {@linkplain WhenClientLeaves#READ_ON read on}.
   *
   * @param later if not, is run once it may; on any thread
   */
  default boolean mayReadOn(Runnable later) {
    return true;
  }

  /**
   * The backend's stream has ended, and is read no more. Its rest was taken before.
   *
   * @param broken whether it broke off, or was closed here
   */
  default void ended(boolean broken) {}
}
