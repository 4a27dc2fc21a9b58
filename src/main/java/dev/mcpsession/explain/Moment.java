package dev.mcpsession.explain;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The instant of an explanation, from which all others are told. */
record Moment(Instant now) {
  private static final int UNITS_SHOWN = 2;

  /** As RFC 3339, and how far away that is. */
  String tell(Instant at) {
    return at + " (" + distance(at) + ")";
  }

  private String distance(Instant at) {
    Duration away = Duration.between(now, at);
    return away.isZero()
        ? "now"
        : away.isNegative() ? words(away.negated()) + " ago" : "in " + words(away);
  }

  /** Such as 4m12s: the two greatest units, the rest cut off; milliseconds below one second. */
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

  /** Nothing greater than what is there already is left out. */
  private static void add(List<String> units, long count, String unit) {
    if (count > 0 || !units.isEmpty()) {
      units.add(count + unit);
    }
  }
}
