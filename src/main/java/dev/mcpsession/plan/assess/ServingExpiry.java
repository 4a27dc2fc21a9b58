package dev.mcpsession.plan.assess;

import dev.mcpsession.plan.observed.Observation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the serving token expires.
 *
 * @param at null if nothing serves or the expiry is unknown
 * @param over whether it has expired, so that the backend is stopped
 */
public record ServingExpiry(@Nullable Instant at, boolean over) {
  static ServingExpiry of(StatusRecord recorded, Observation seen, Instant now) {
    Instant at =
        recorded.isServing() && seen.session().mayHaveToken()
            ? recorded.tokenExpirationTime()
            : null;
    return new ServingExpiry(at, at != null && !now.isBefore(at));
  }

  /** When the backend has to be stopped; null if that was due already, or never is. */
  public @Nullable Instant wakeAt() {
    return over ? null : at;
  }

  /** When the token expired, if the backend is stopped for that now; else null. */
  public @Nullable Instant expired() {
    return over ? at : null;
  }

  /**
   * The status after the stop, which clears the failures of attempts: once the backend has gone,
   * there may be room for another. A candidate continues: it has a token of its own. A token call
   * that failed is not tried earlier for that.
   */
  StatusRecord applyTo(StatusRecord recorded, Observation seen) {
    if (!over) {
      return recorded;
    }
    StatusRecord stopped = recorded.stopped();
    Integer attempted = stopped.attempted();
    boolean underWay = attempted != null && seen.children().ownPod(attempted) != null;
    return stopped.attempt() == null
        ? stopped
        : stopped.waiting(underWay ? stopped.attempt() : null, 0, null);
  }
}
