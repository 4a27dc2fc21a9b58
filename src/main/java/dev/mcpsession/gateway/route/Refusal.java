package dev.mcpsession.gateway.route;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of the gateway itself: a status, and why as a JSON-RPC error.
 *
 * @param code of the JSON-RPC error
 * @param message for whoever runs the client; never anything of a token or an id
 * @param headers such as Retry-After
 */
public record Refusal(int status, int code, String message, Map<String, String> headers) {
  /** The body is not JSON (JSON-RPC 2.0, section 5.1). */
  public static final int PARSE_ERROR = -32700;

  /** The body is not a request that can be served. */
  public static final int INVALID_REQUEST = -32600;

  /** Something behind the gateway failed. */
  public static final int INTERNAL_ERROR = -32603;

  /** The gateway does not let it pass (JSON-RPC 2.0: -32000 to -32099 are the server's own). */
  public static final int NOT_ADMITTED = -32000;

  /** What the SDKs of 2025-11-25 and before send for an id that they do not know. */
  public static final int UNKNOWN_SESSION = -32001;

  public Refusal {
    headers = Map.copyOf(headers);
  }

  /** Without a header of its own. */
  public Refusal(int status, int code, String message) {
    this(status, code, message, Map.of());
  }

  /** What clients asked for is not known, or nobody may know that it is. */
  public static Refusal noTemplate() {
    return new Refusal(404, NOT_ADMITTED, "There is nothing at this address for you.");
  }

  /** The id is not one of this user's, or it ended: the client has to initialize anew. */
  public static Refusal unknownSession() {
    return new Refusal(
        404,
        UNKNOWN_SESSION,
        "This MCP session does not exist or has ended; initialize a new one.");
  }

  /** 401 with a challenge. */
  public static Refusal unauthorized(String challenge, String message) {
    return new Refusal(401, NOT_ADMITTED, message, Map.of("WWW-Authenticate", challenge));
  }

  /** 405: GET and DELETE of 2026-07-28, and methods that MCP does not know. */
  public static Refusal methodNotAllowed(String allow) {
    return new Refusal(
        405, NOT_ADMITTED, "This HTTP method is not allowed here.", Map.of("Allow", allow));
  }

  /** 413. */
  public static Refusal bodyTooLarge(int limit) {
    return new Refusal(
        413,
        INVALID_REQUEST,
        "The body is longer than the " + limit + " bytes that this gateway takes.");
  }

  /** 503 that is worth another try. */
  public static Refusal unavailable(int code, String message, Duration retryAfter) {
    return new Refusal(503, code, message, retryAfter(retryAfter));
  }

  /** 429. */
  public static Refusal tooMany(String message) {
    return new Refusal(429, NOT_ADMITTED, message, retryAfter(Duration.ofSeconds(1)));
  }

  /** The backend failed after it may have begun with the request, which so is never sent again. */
  public static Refusal backendFailed(String message) {
    return new Refusal(502, INTERNAL_ERROR, message);
  }

  /** The header, in whole seconds and at least one (RFC 9110, section 10.2.3). */
  public static Map<String, String> retryAfter(Duration time) {
    return Map.of("Retry-After", Long.toString(Math.max(1, time.plusMillis(999).toSeconds())));
  }

  /**
   * The body.
   *
   * @param id of the request, as JSON; empty: it has none, or it is not known
   */
  public String body(Optional<String> id) {
    return JsonText.error(id, code, message);
  }
}
