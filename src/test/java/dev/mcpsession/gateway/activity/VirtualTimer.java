package dev.mcpsession.gateway.activity;

import dev.mcpsession.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Runs what is scheduled when the virtual clock comes to it. */
final class VirtualTimer implements UseReporter.Timer {
  private record Task(Instant at, long number, Runnable task) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int order = at.compareTo(other.at);
      return order == 0 ? Long.compare(number, other.number) : order;
    }
  }

  private final VirtualTime time;
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long scheduled;

  VirtualTimer(VirtualTime time) {
    this.time = time;
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    tasks.add(new Task(time.instant().plus(delay), scheduled++, task));
  }

  void pass(Duration duration) {
    passUntil(time.instant().plus(duration));
  }

  void passUntil(Instant end) {
    for (Task next = tasks.peek(); next != null && !next.at.isAfter(end); next = tasks.peek()) {
      tasks.remove();
      goTo(next.at);
      next.task.run();
    }
    goTo(end);
  }

  int waiting() {
    return tasks.size();
  }

  private void goTo(Instant at) {
    Duration left = Duration.between(time.instant(), at);
    if (left.isPositive()) {
      time.pass(left);
    }
  }
}
