package dev.mcpsession.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What one process of the operator does later, for itself rather than for a session. */
final class ModelAlarms {
  private record Alarm(Instant at, Runnable action) {}

  private final List<Alarm> alarms = new ArrayList<>();

  void add(Instant at, Runnable action) {
    alarms.add(new Alarm(at, action));
  }

  /** Does what is due. */
  void fire(Instant now) {
    List<Alarm> due = alarms.stream().filter(alarm -> !alarm.at().isAfter(now)).toList();
    alarms.removeAll(due);
    due.forEach(alarm -> alarm.action().run());
  }

  Stream<Instant> times() {
    return alarms.stream().map(Alarm::at);
  }
}
