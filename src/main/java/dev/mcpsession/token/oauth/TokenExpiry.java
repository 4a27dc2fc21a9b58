package dev.mcpsession.token.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads when an issued token expires; pure. Ignores values that cannot be right. */
final class TokenExpiry {
  /** The longest credible lifetime; servers that send milliseconds as seconds exceed it. */
  static final Duration LONGEST = Duration.ofDays(3650);

  private TokenExpiry() {}

  /** By {@code expires_in} in a token endpoint's answer; null if it gives no credible value. */
  static @Nullable Instant granted(Map<String, Object> answer, Instant requestedAt) {
    Long seconds = number(answer.get("expires_in"));
    return seconds == null || seconds <= 0 || seconds > LONGEST.toSeconds()
        ? null
        : requestedAt.plusSeconds(seconds);
  }

  /**
   * By {@code exp} in the introspection (RFC 7662) of an active token; null if it gives no credible
   * value.
   */
  static @Nullable Instant introspected(Map<String, Object> answer, Instant requestedAt) {
    Long seconds = Boolean.TRUE.equals(answer.get("active")) ? number(answer.get("exp")) : null;
    return seconds == null
            || seconds <= requestedAt.getEpochSecond()
            || seconds > requestedAt.plus(LONGEST).getEpochSecond()
        ? null
        : Instant.ofEpochSecond(seconds);
  }

  /** A number, truncated to a whole one, or a string that holds a whole number; null otherwise. */
  private static @Nullable Long number(@Nullable Object value) {
    if (value instanceof Number number) {
      // A value out of range becomes the greatest long, which the callers ignore.
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
