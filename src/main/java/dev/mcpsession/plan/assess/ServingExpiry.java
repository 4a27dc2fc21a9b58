package dev.mcpsession.plan.assess;

import dev.mcpsession.plan.observed.Observation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the token of what serves expires.
 *
 * @param at null when nothing serves, or without a known expiry
 * @param over that has come: what serves is stopped
 */
public record ServingExpiry(@Nullable Instant at, boolean over) {
  static ServingExpiry of(StatusRecord recorded, Observation seen, Instant now) {
    Instant at =
        recorded.isServing() && seen.session().spec().token() != null
            ? recorded.tokenExpirationTime()
            : null;
    return new ServingExpiry(at, at != null && !now.isBefore(at));
  }

  /** When what serves has to be stopped; null when that was due already, or never is. */
  public @Nullable Instant wakeAt() {
    return over ? null : at;
  }

  /** The moment it expired, where what served is stopped for that now; else null. */
  public @Nullable Instant expired() {
    return over ? at : null;
  }

  /** The status once that is done. A candidate that is under way goes on: its token is its own. */
  StatusRecord applyTo(StatusRecord recorded, Observation seen) {
    if (!over) {
      return recorded;
    }
    StatusRecord stopped = recorded.stopped();
    Integer attempted = stopped.attempted();
    boolean underWay = attempted != null && seen.children().ownPod(attempted) != null;
    return stopped.attempt() == null || underWay
        ? stopped
        : stopped.waiting(null, stopped.failures(), null);
  }
}
