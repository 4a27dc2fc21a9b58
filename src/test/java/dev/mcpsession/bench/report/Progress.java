package dev.mcpsession.bench.report;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Reports progress on standard error: standard output holds only the tables. */
public final class Progress {
  private Progress() {}

  public static void say(String what) {
    System.err.println(LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " " + what);
  }
}
