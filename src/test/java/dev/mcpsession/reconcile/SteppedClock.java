package dev.mcpsession.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The system clock, plus the steps that a test makes. */
final class SteppedClock implements InstantSource {
  private volatile Duration ahead = Duration.ZERO;

  void stepTo(Duration ahead) {
    this.ahead = ahead;
  }

  @Override
  public Instant instant() {
    return InstantSource.system().instant().plus(ahead);
  }
}
