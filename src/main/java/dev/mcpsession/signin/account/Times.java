package dev.mcpsession.signin.account;

import dev.mcpsession.signin.page.AccountPage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * PURE. Tells times as people read them. Where they are nobody knows without a script, so the time
 * of day is that of UTC.
 */
record Times(Instant now) {
  private static final DateTimeFormatter EXACT =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final int UNITS_SHOWN = 2;

  AccountPage.Time tell(Instant at) {
    return new AccountPage.Time(
        at.truncatedTo(ChronoUnit.SECONDS).toString(), EXACT.format(at), distance(at));
  }

  private String distance(Instant at) {
    Duration away = Duration.between(now, at);
    if (away.abs().compareTo(Duration.ofMinutes(1)) < 0) {
      return away.isNegative() || away.isZero() ? "just now" : "in less than a minute";
    }
    return away.isNegative() ? words(away.negated()) + " ago" : "in " + words(away);
  }

  /** Such as "2 h 5 min": the two largest units, truncated; seconds only below a minute. */
  static String words(Duration time) {
    if (time.compareTo(Duration.ofMinutes(1)) < 0) {
      return time.toSeconds() + " s";
    }
    List<String> units = new ArrayList<>();
    add(units, time.toDays(), time.toDays() == 1 ? "day" : "days");
    add(units, time.toHoursPart(), "h");
    add(units, time.toMinutesPart(), "min");
    return String.join(" ", units.subList(0, Math.min(UNITS_SHOWN, units.size())));
  }

  private static void add(List<String> units, long count, String unit) {
    if (count > 0) {
      units.add(count + " " + unit);
    }
  }
}
