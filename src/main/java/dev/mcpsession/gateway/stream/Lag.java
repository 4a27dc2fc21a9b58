package dev.mcpsession.gateway.stream;

/**
 * How many events a client is behind: told once when it is far behind, and again only after it had
 * nearly caught up, lest one client that hovers about the limit fills the log. Not thread-safe.
 */
public final class Lag {
  /** Events behind that are worth a word. */
  public static final int FAR = 1000;

  /** With fewer, the next time is news again. */
  public static final int NEAR = 500;

  /** What to tell. */
  public enum Change {
    NONE,
    FELL_BEHIND,
    CAUGHT_UP
  }

  private long behind;
  private boolean far;

  /** So many events were written. */
  public Change written(int events) {
    behind += events;
    if (far || behind < FAR) {
      return Change.NONE;
    }
    far = true;
    return Change.FELL_BEHIND;
  }

  /** So many of them have left. */
  public Change flushed(int events) {
    behind -= events;
    return behind < NEAR ? end() : Change.NONE;
  }

  /** It takes nothing any more, be it as it may how many events that are: long ones are few. */
  public Change stalled() {
    if (far) {
      return Change.NONE;
    }
    far = true;
    return Change.FELL_BEHIND;
  }

  /** What was written last does not matter any more. */
  public Change end() {
    if (!far) {
      return Change.NONE;
    }
    far = false;
    return Change.CAUGHT_UP;
  }
}
