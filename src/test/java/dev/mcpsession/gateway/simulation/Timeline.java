package dev.mcpsession.gateway.simulation;

import dev.mcpsession.simulation.model.Chance;
import dev.mcpsession.simulation.model.Trace;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;

/** What is still to happen in a run, in the order of virtual time, and by how much it is late. */
final class Timeline implements InstantSource {
  private record Task(long at, long number, Runnable action) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  static final long BEGIN = Instant.parse("2026-11-27T09:00:00Z").toEpochMilli();

  final Chance chance;
  final Trace trace = new Trace(this);
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long now = BEGIN;
  private long number;
  private boolean calm;

  Timeline(long seed) {
    chance = new Chance(seed);
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now);
  }

  /** Milliseconds since the run began. */
  long time() {
    return now - BEGIN;
  }

  void after(long millis, Runnable action) {
    tasks.add(new Task(now + millis, number++, action));
  }

  void after(Duration time, Runnable action) {
    after(time.toMillis(), action);
  }

  /** After the time that a message takes; few are very late. */
  void soon(Runnable action) {
    after(delay(), action);
  }

  /** From now on no message is late. */
  void calm() {
    calm = true;
  }

  boolean isCalm() {
    return calm;
  }

  /** What a message takes, in milliseconds. */
  long delay() {
    return !calm && chance.in(0.03) ? chance.between(100, 3_000) : chance.between(1, 30);
  }

  /** Runs what is due until then, and the other thing after each. */
  void runUntil(long time, Runnable afterEach) {
    while (!tasks.isEmpty() && tasks.peek().at <= BEGIN + time) {
      Task next = tasks.remove();
      now = next.at;
      next.action.run();
      afterEach.run();
    }
    now = BEGIN + time;
  }
}
