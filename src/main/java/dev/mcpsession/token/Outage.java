package dev.mcpsession.token;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Why an endpoint is failing, and who waits for it. Not thread-safe: {@link Outages} guards it. */
final class Outage {
  private String why = "";
  private int failures;
  private boolean probeDue;
  private int alarm;

  /** Those that have called in vain come after those that have not: they may be the cause. */
  private final Queue<Outages.Waiter> tried = new ArrayDeque<>();

  private final Queue<Outages.Waiter> untried = new ArrayDeque<>();

  /**
   * Notes a failed call.
   *
   * @return how many have failed in a row
   */
  int failed(String why) {
    this.why = why;
    return ++failures;
  }

  /** The message of the last failure. */
  String why() {
    return why;
  }

  /** Whether the next call is the probe. */
  boolean isProbeDue() {
    return probeDue;
  }

  /** The next call is the probe. */
  void probeIsDue() {
    probeDue = true;
  }

  /** The probe begins: what was to follow without it does not. */
  void probeBegins() {
    probeDue = false;
    alarm++;
  }

  /**
   * Sets an alarm in place of any before.
   *
   * @return its number, for {@link #isCurrent}
   */
  int nextAlarm() {
    return ++alarm;
  }

  /** Whether no later alarm was set, and no probe has begun since. */
  boolean isCurrent(int alarm) {
    return this.alarm == alarm;
  }

  /**
   * Waits for the endpoint.
   *
   * @param called whether it has called in vain
   */
  void await(Outages.Waiter waiter, boolean called) {
    (called ? tried : untried).add(waiter);
  }

  /** Takes out the one that is to probe next; null: nobody waits any more. */
  Outages.@Nullable Waiter nextWaiter() {
    tried.removeIf(waiter -> !waiter.isWanted());
    untried.removeIf(waiter -> !waiter.isWanted());
    return untried.isEmpty() ? tried.poll() : untried.poll();
  }

  /** All that wait, those that have called in vain first. */
  List<Outages.Waiter> waiters() {
    List<Outages.Waiter> all = new ArrayList<>(tried);
    all.addAll(untried);
    return all;
  }
}
