package dev.mcpsession.simulation;

import dev.mcpsession.simulation.rule.Invariants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Lets happen, without faults, whatever is due, and time pass in between. */
final class Settling {
  private static final int HOT = 1_000;
  private static final Duration STRIDE = Duration.ofSeconds(30);

  private final Simulation simulation;
  private final World world;

  /** Whether no finalizer of others holds a deleted session any more. */
  private boolean released;

  private ModelOperator operator;

  /**
   * @param released whether no finalizer of others holds a deleted session any more
   */
  Settling(Simulation simulation, boolean released) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.released = released;
    this.operator = simulation.lastOperator();
  }

  /** The one that runs. */
  ModelOperator operator() {
    return operator;
  }

  /** The operator ends, and another one starts. */
  void restartOperator() {
    operator.stop();
    operator = simulation.startOperator();
  }

  boolean isReleased() {
    return released;
  }

  /** From now on finalizers of others hold no session. */
  void releaseSessions() {
    released = true;
  }

  /** Finalizers of others go, except those that hold sessions for now. */
  void release() {
    if (released) {
      simulation.users.release();
    } else {
      simulation.users.releaseServices();
    }
  }

  /** Lets the time pass while everything is used, and does what becomes due. */
  void pass(Duration time) {
    Instant end = world.clock.instant().plus(time);
    while (world.clock.instant().isBefore(end)) {
      simulation.users.use();
      settle();
      pass();
    }
    settle();
  }

  /** Advances to the next timer, but never so far that a session in use becomes idle. */
  void pass() {
    Instant now = world.clock.instant();
    Instant next = operator.events.nextAlarm();
    Instant change = simulation.kubelet.nextChange();
    if (change != null && (next == null || change.isBefore(next))) {
      next = change;
    }
    Duration wait = next == null ? STRIDE : Duration.between(now, next);
    world.clock.move(wait.compareTo(STRIDE) < 0 ? wait : STRIDE);
  }

  /** Delivers, reconciles and collects until nothing is left to do at this instant. */
  void settle() {
    for (int i = 0; i < HOT; i++) {
      simulation.kubelet.settle();
      simulation.checks.settle();
      List<Runnable> garbage = simulation.collector.work();
      garbage.forEach(Runnable::run);
      while (operator.events.isBehind()) {
        for (int kind = 0; kind <= ModelEvents.TEMPLATES; kind++) {
          operator.events.deliver(kind);
        }
      }
      operator.events.fireDueAlarms();
      boolean answered = operator.answerCall();
      if (!answered
          && operator.events.isIdle()
          && garbage.isEmpty()
          && !operator.events.isBehind()) {
        return;
      }
      operator.reconcileNext();
      world.invariants.check();
    }
    Invariants.require(false, "the operator does not stop to work");
  }
}
