package dev.mcpsession.gateway.route;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a request is part of (W3C Trace Context).
 *
 * @param traceId 32 hex digits
 * @param spanId of the gateway's part, 16 hex digits
 * @param flags two hex digits
 * @param continued whether the client began it
 */
public record TraceContext(String traceId, String spanId, String flags, boolean continued) {
  private static final Pattern HEADER =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");

  /**
   * Goes on with a client's trace, or begins one that is not sampled.
   *
   * @param header traceparent; null or malformed: there is none
   * @param random three random numbers
   */
  public static TraceContext of(@Nullable String header, long[] random) {
    String span = hex(random[0] == 0 ? 1 : random[0]);
    Matcher parts = HEADER.matcher(header == null ? "" : header);
    return parts.matches()
        ? new TraceContext(parts.group(1), span, parts.group(2), true)
        : new TraceContext(hex(random[1] == 0 ? 1 : random[1]) + hex(random[2]), span, "00", false);
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(value);
  }

  /** The header for the backend. */
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + "-" + flags;
  }
}
