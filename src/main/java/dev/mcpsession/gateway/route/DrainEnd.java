package dev.mcpsession.gateway.route;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the time is over that a backend has for its last requests: from then on its Pod may be gone,
 * and its address another's.
 *
 * @param revision of the backend
 * @param at empty: no other one serves, as far as is known
 */
public record DrainEnd(int revision, Optional<Instant> at) {
  /** Of a backend that serves. */
  public static DrainEnd none(int revision) {
    return new DrainEnd(revision, Optional.empty());
  }

  /**
   * Now this one serves. It is the first successor that counts: once it was replaced as well, the
   * backends before it have no more time than they had.
   *
   * @param since when it was promoted
   * @param drain how long its predecessor goes on after that
   */
  public DrainEnd serves(int serving, Instant since, Duration drain) {
    if (serving <= revision) {
      return this;
    }
    Instant end = since.plus(drain);
    return at.isPresent() && at.get().isBefore(end)
        ? this
        : new DrainEnd(revision, Optional.of(end));
  }

  /** Whether the time is over. */
  public boolean isOver(Instant now) {
    return at.isPresent() && !now.isBefore(at.get());
  }
}
