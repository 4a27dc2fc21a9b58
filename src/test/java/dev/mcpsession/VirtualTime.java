package dev.mcpsession;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Both clocks of a machine, which go on when a test says so. */
public final class VirtualTime implements InstantSource, LongSupplier {
  private Instant wall = Instant.parse("2026-11-21T10:00:00Z");
  private long nanos = Long.MAX_VALUE - 1_000_000; // soon overflows, as it may

  /** Both go on. */
  public synchronized void pass(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  /** Somebody sets the wall clock. */
  public synchronized void step(Duration step) {
    wall = wall.plus(step);
  }

  @Override
  public synchronized Instant instant() {
    return wall;
  }

  @Override
  public synchronized long getAsLong() {
    return nanos;
  }
}
