package dev.mcpsession.gateway.route;

import java.util.Optional;
import java.util.regex.Pattern;

/** What is to be done with a request that has been let in. */
public sealed interface Route {
  /** It is answered without a backend. */
  record Refused(Refusal refusal) implements Route {}

  /** It goes to the backend of its user, without any id. */
  record ToUser() implements Route {}

  /** A legacy session id is made. One that the request has is dropped. */
  record Initialize() implements Route {}

  /** It goes to the backend session that the id stands for. */
  record ToConnection(String id) implements Route {}

  /** The stream for what the server sends by itself. */
  record OpenStream(String id) implements Route {}

  /** The id is ended. */
  record End(String id) implements Route {}

  /** A version of the protocol: a date. */
  Pattern VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /** The first one without sessions. */
  String FIRST_MODERN = "2026-07-28";

  /**
   * Which era a request is of.
   *
   * @param version the header MCP-Protocol-Version
   * @param sessionId the header Mcp-Session-Id
   */
  static Era era(Optional<String> version, Optional<String> sessionId, Message message) {
    if (message.modern() || version.filter(Route::isModern).isPresent()) {
      return Era.MODERN;
    }
    return message.isInitialize() || sessionId.isPresent() ? Era.LEGACY : Era.UNKNOWN;
  }

  private static boolean isModern(String version) {
    return VERSION.matcher(version).matches() && version.compareTo(FIRST_MODERN) >= 0;
  }

  /**
   * What is to be done.
   *
   * @param httpMethod POST, GET or DELETE; others are refused before
   * @param sessionId the header Mcp-Session-Id
   */
  static Route of(String httpMethod, Era era, Optional<String> sessionId, Message message) {
    boolean post = httpMethod.equals("POST");
    if (post && message.kind() == Message.Kind.MALFORMED) {
      return new Refused(
          new Refusal(400, Refusal.PARSE_ERROR, "The body is not JSON, or too deeply nested."));
    }
    return switch (era) {
      case MODERN -> post ? new ToUser() : new Refused(Refusal.methodNotAllowed("POST, OPTIONS"));
      case UNKNOWN -> new ToUser();
      case LEGACY ->
          message.isInitialize()
              ? new Initialize()
              : switch (httpMethod) {
                case "GET" -> new OpenStream(sessionId.orElseThrow());
                case "DELETE" -> new End(sessionId.orElseThrow());
                default -> new ToConnection(sessionId.orElseThrow());
              };
    };
  }
}
