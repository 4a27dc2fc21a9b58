package dev.mcpsession.gateway.route;

import java.util.OptionalInt;

/**
 * What becomes of a client's stream that has no end of its own, the GET stream or that of
 * subscriptions/listen, while backends come and go.
 */
public enum StandingDecision {
  /** It stays as it is. */
  STAY,
  /** It is opened at the backend that serves. */
  OPEN,
  /** The backend that serves has ended it in good order: it ends, unless that backend goes soon. */
  END_AS_BACKEND,
  /** It ends: nothing more can come on it. */
  END;

  /**
   * Decides by the revisions of backends.
   *
   * @param serving that serves now; empty: none does
   * @param feeding the newest one that feeds the stream; empty: none does
   * @param without that has no such stream; empty: none is known of
   * @param endedWell that fed the stream last, and ended it in good order; empty: it broke off
   */
  public static StandingDecision of(
      OptionalInt serving, OptionalInt feeding, OptionalInt without, OptionalInt endedWell) {
    if (serving.isEmpty() || (feeding.isPresent() && feeding.getAsInt() >= serving.getAsInt())) {
      return STAY;
    }
    if (without.equals(serving)) {
      return feeding.isPresent() ? STAY : END;
    }
    return feeding.isEmpty() && endedWell.equals(serving) ? END_AS_BACKEND : OPEN;
  }
}
