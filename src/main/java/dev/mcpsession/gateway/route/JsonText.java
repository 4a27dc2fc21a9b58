package dev.mcpsession.gateway.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.Optional;

/** JSON-RPC messages of the gateway's own, as text. */
public final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  /** A JSON string. */
  public static String quoted(String text) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /**
   * What a JSON string says.
   *
   * @param json with its quotes
   * @return empty if it is none
   */
  public static Optional<String> unquoted(String json) {
    try (JsonParser parser = JSON.createParser(json)) {
      return parser.nextToken() == JsonToken.VALUE_STRING
          ? Optional.of(parser.getText())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
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
