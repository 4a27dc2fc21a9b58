package dev.mcpsession.gateway.route;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Optional;

/** JSON-RPC messages of the gateway's own, as text. */
public final class JsonText {
  private JsonText() {}

  /** A JSON string. */
  public static String quoted(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /**
   * An error response.
   *
   * @param id as JSON; empty: the request's is not known, so there is none (MCP 2025-11-25, schema
   *     JSONRPCErrorResponse)
   */
  public static String error(Optional<String> id, int code, String message) {
    return "{\"jsonrpc\":\"2.0\","
        + id.map(it -> "\"id\":" + it + ",").orElse("")
        + "\"error\":{\"code\":"
        + code
        + ",\"message\":"
        + quoted(message)
        + "}}";
  }
}
