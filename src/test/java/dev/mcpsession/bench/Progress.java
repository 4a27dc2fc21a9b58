package dev.mcpsession.bench;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** What goes on, on standard error: standard output holds the tables alone. */
final class Progress {
  private Progress() {}

  static void say(String what) {
    System.err.println(LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " " + what);
  }
}
