package dev.mcpsession.token.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Until when an issued token lives: pure. What is said of it counts only if it can be. */
final class TokenExpiry {
  /** Nobody means a token that lives longer; milliseconds taken for seconds do. */
  static final Duration LONGEST = Duration.ofDays(3650);

  private TokenExpiry() {}

  /** By {@code expires_in} of a token endpoint's answer; null when it does not say. */
  static @Nullable Instant granted(Map<String, Object> answer, Instant requestedAt) {
    Long seconds = number(answer.get("expires_in"));
    return seconds == null || seconds <= 0 || seconds > LONGEST.toSeconds()
        ? null
        : requestedAt.plusSeconds(seconds);
  }

  /**
   * By {@code exp} of an introspection (RFC 7662) of an active token; null when it does not say.
   */
  static @Nullable Instant introspected(Map<String, Object> answer, Instant requestedAt) {
    Long seconds = Boolean.TRUE.equals(answer.get("active")) ? number(answer.get("exp")) : null;
    return seconds == null
            || seconds <= requestedAt.getEpochSecond()
            || seconds > requestedAt.plus(LONGEST).getEpochSecond()
        ? null
        : Instant.ofEpochSecond(seconds);
  }

  /** A whole number, also one that is written as a text; fractions are cut off. */
  private static @Nullable Long number(@Nullable Object value) {
    if (value instanceof Number number) {
      // Out of range becomes the greatest long, which is absurd as it should be.
      return (long) number.doubleValue();
    }
    if (value instanceof String text) {
      try {
        return Long.valueOf(text.strip());
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }
}
