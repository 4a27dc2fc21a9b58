package dev.mcpsession.simulation.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The one wall clock of a run; it advances only on command. */
public final class VirtualClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-21T09:00:00Z");
  private Instant latest = now;

  @Override
  public Instant instant() {
    return now;
  }

  /** Undoes backward steps: what they merely delay is due now. */
  public void catchUp() {
    now = latest;
  }

  public void move(Duration by) {
    now = now.plus(by);
    latest = now.isAfter(latest) ? now : latest;
  }
}
