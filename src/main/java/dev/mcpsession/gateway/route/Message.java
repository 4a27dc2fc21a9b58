package dev.mcpsession.gateway.route;

import java.util.Optional;

/**
 * What the gateway has to know of the body of a POST. The backend judges everything else.
 *
 * @param method of a request or notification
 * @param id of a request or response, as JSON
 * @param tool that tools/call names
 * @param modern whether its _meta names a version of the protocol, which began with 2026-07-28
 * @param clientName that initialize gives, or ""
 * @param preference that later backends have to be told as well
 */
public record Message(
    Kind kind,
    Optional<String> method,
    Optional<String> id,
    Optional<String> tool,
    boolean modern,
    String clientName,
    Optional<Preference> preference) {

  /** What it is, by JSON-RPC 2.0. */
  public enum Kind {
    REQUEST,
    NOTIFICATION,
    RESPONSE,
    /** An array, which 2025-03-26 knows. */
    BATCH,
    /** JSON, but nothing of these. */
    OTHER,
    /** Not JSON. */
    MALFORMED,
    /** There is no body: GET and DELETE. */
    NONE
  }

  /** Of a request without a body. */
  public static final Message NONE = of(Kind.NONE);

  static Message of(Kind kind) {
    return new Message(
        kind, Optional.empty(), Optional.empty(), Optional.empty(), false, "", Optional.empty());
  }

  /** Whether it asks for a session of the protocol. */
  public boolean isInitialize() {
    return isRequest("initialize");
  }

  /** Whether it is a request with this method. */
  public boolean isRequest(String name) {
    return kind == Kind.REQUEST && method.filter(name::equals).isPresent();
  }
}
