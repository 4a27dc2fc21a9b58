package dev.mcpsession.token;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads when a token expires, as whoever maintains a Secret writes it; pure. */
final class ExpiryText {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");

  /** September 2001. What is less was meant as a lifetime, such as {@code expires_in}. */
  private static final BigDecimal EARLIEST = BigDecimal.valueOf(1_000_000_000L);

  /** In seconds this is the year 5138; in milliseconds, 1973. */
  private static final BigDecimal FIRST_MILLISECONDS = BigDecimal.valueOf(100_000_000_000L);

  private static final BigDecimal LATEST_MILLISECONDS = BigDecimal.valueOf(100_000_000_000_000L);

  private ExpiryText() {}

  /**
   * Parses an RFC 3339 instant, or seconds or milliseconds since 1970, with or without a fraction.
   *
   * @return null if it is neither
   */
  static @Nullable Instant parse(String text) {
    if (NUMBER.matcher(text).matches()) {
      BigDecimal number = new BigDecimal(text);
      if (number.compareTo(EARLIEST) < 0 || number.compareTo(LATEST_MILLISECONDS) >= 0) {
        return null;
      }
      return number.compareTo(FIRST_MILLISECONDS) < 0
          ? Instant.ofEpochMilli(number.movePointRight(3).longValue())
          : Instant.ofEpochMilli(number.longValue());
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
