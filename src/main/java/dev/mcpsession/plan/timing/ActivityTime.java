package dev.mcpsession.plan.timing;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the time of the annotation lastActive: RFC 3339, and what common libraries and tools write
 * instead of it, as long as that names one instant. A local time without an offset does not.
 */
final class ActivityTime {
  /** A longer text is no time. */
  private static final int LONGEST = 100;

  /** {@code date +%s}: seconds of today have 10 digits; longer ones are milli-, micro-, nano-. */
  private static final Pattern EPOCH =
      Pattern.compile("(?<seconds>\\d{10})(?<fraction>\\d{3}|\\d{6}|\\d{9}|[.,]\\d+)?");

  private static final Pattern DATE_TIME =
      Pattern.compile(
          "(?<year>\\d{4})-?(?<month>\\d{2})-?(?<day>\\d{2})"
              + "(?:[Tt_]|\\s+)"
              + "(?<hour>\\d{2}):?(?<minute>\\d{2})(?::?(?<second>\\d{2}))?"
              + "(?:[.,](?<fraction>\\d+))?"
              + "\\s*"
              + "(?<zone>[Zz]|UTC|GMT|[+\\-\u2212]\\d{2}(?::?\\d{2})?)"
              // As Go and Java print a time: the zone's name, a monotonic reading.
              + "(?:\\s+[A-Z]{1,5}|\\s*\\[[\\w/+\\-]+])?(?:\\s+m=[+\\-][\\d.]+)?");

  private ActivityTime() {}

  /** The instant that the text names; null if it names none. */
  static @Nullable Instant read(String text) {
    String time = unquoted(text.strip());
    if (time.isEmpty() || time.length() > LONGEST) {
      return null;
    }
    try {
      return OffsetDateTime.parse(time).toInstant();
    } catch (DateTimeParseException e) {
      return readNearForm(time);
    }
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() > 1
            && (text.startsWith("\"") || text.startsWith("'"))
            && text.charAt(text.length() - 1) == text.charAt(0);
    return quoted ? text.substring(1, text.length() - 1).strip() : text;
  }

  private static @Nullable Instant readNearForm(String time) {
    try {
      Matcher epoch = EPOCH.matcher(time);
      if (epoch.matches()) {
        return Instant.ofEpochSecond(
            Long.parseLong(epoch.group("seconds")), nanos(epoch.group("fraction")));
      }
      Matcher dateTime = DATE_TIME.matcher(time);
      return dateTime.matches()
          ? instant(dateTime)
          : DateTimeFormatter.RFC_1123_DATE_TIME.parse(time, Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Instant instant(Matcher parts) {
    String second = parts.group("second");
    // A leap second is counted as the one before it.
    int seconds = second == null ? 0 : second.equals("60") ? 59 : Integer.parseInt(second);
    return OffsetDateTime.of(
            LocalDate.of(number(parts, "year"), number(parts, "month"), number(parts, "day")),
            LocalTime.of(
                number(parts, "hour"),
                number(parts, "minute"),
                seconds,
                nanos(parts.group("fraction"))),
            offset(parts.group("zone")))
        .toInstant();
  }

  private static int number(Matcher parts, String name) {
    return Integer.parseInt(parts.group(name));
  }

  private static ZoneOffset offset(String zone) {
    return Character.isLetter(zone.charAt(0))
        ? ZoneOffset.UTC
        : ZoneOffset.of(zone.replace(":", "").replace('\u2212', '-'));
  }

  /** The fraction of a second, with or without its point; what is beyond nanoseconds is cut. */
  private static int nanos(@Nullable String fraction) {
    if (fraction == null) {
      return 0;
    }
    String digits = fraction.replaceFirst("[.,]", "");
    return Integer.parseInt((digits + "000000000").substring(0, 9));
  }
}
