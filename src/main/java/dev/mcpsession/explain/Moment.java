package dev.mcpsession.explain;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The instant of an explanation, to which all others are relative. */
record Moment(Instant now) {
  private static final int UNITS_SHOWN = 2;

  /** In RFC 3339, with the time from or until then. */
  String tell(Instant at) {
    return at + " (" + distance(at) + ")";
  }

  private String distance(Instant at) {
    Duration away = Duration.between(now, at);
    return away.isZero()
        ? "now"
        : away.isNegative() ? words(away.negated()) + " ago" : "in " + words(away);
  }

  /** Such as 4m12s: the two largest units, truncated; milliseconds below one second. */
  static String words(Duration time) {
    if (time.compareTo(Duration.ofSeconds(1)) < 0) {
      return time.truncatedTo(ChronoUnit.MILLIS).toMillis() + "ms";
    }
    List<String> units = new ArrayList<>();
    add(units, time.toDays(), "d");
    add(units, time.toHoursPart(), "h");
    add(units, time.toMinutesPart(), "m");
    add(units, time.toSecondsPart(), "s");
    return String.join("", units.subList(0, Math.min(UNITS_SHOWN, units.size())));
  }

  /** Leaves out a leading unit that is zero. */
  private static void add(List<String> units, long count, String unit) {
    if (count > 0 || !units.isEmpty()) {
      units.add(count + unit);
    }
  }
}
