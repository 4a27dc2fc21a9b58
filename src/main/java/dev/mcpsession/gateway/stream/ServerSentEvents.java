package dev.mcpsession.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.JsonText;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** What the gateway itself puts on streams of server-sent events. */
public final class ServerSentEvents {
  /** Their media type. */
  public static final String MEDIA_TYPE = "text/event-stream";

  /** Is ignored by clients, and shows that the stream lives. */
  public static final Buffer COMMENT = Buffer.buffer(":\n\n");

  /** Asks the client to come back in a second. */
  public static final Buffer RETRY_SOON = Buffer.buffer("retry: 1000\n\n");

  /** Ends an event that was cut off. */
  public static final Buffer END_OF_EVENT = Buffer.buffer("\n\n");

  private static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";

  private ServerSentEvents() {}

  /** A JSON-RPC message as an event. JSON has line breaks only where they mean nothing. */
  public static Buffer message(String json) {
    return Buffer.buffer(
        "event: message\ndata: " + json.replace('\r', ' ').replace('\n', ' ') + "\n\n");
  }

  /** A JSON-RPC error as an event. */
  public static Buffer error(Optional<String> id, int code, String message) {
    return message(JsonText.error(id, code, message));
  }

  /**
   * What ends a subscription of subscriptions/listen: its result, and that it is cancelled, since
   * the specification asks for the one in one place and for the other in another (MCP 2026-07-28,
   * subscriptions and cancellation).
   *
   * @param id of the request, as JSON
   * @param why for whoever runs the client
   */
  public static Buffer endOfSubscription(String id, String why) {
    return message(
            "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"result\":{\"resultType\":\"complete\",\"_meta\":{\""
                + SUBSCRIPTION_ID
                + "\":"
                + id
                + "}}}")
        .appendBuffer(
            message(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":"
                    + "{\"requestId\":"
                    + id
                    + ",\"reason\":"
                    + JsonText.quoted(why)
                    + "}}"));
  }

  /** Whether this Content-Type is that of server-sent events. */
  public static boolean isMediaType(String contentType) {
    return contentType.regionMatches(true, 0, MEDIA_TYPE, 0, MEDIA_TYPE.length())
        && (contentType.length() == MEDIA_TYPE.length()
            || contentType.charAt(MEDIA_TYPE.length()) == ';'
            || contentType.charAt(MEDIA_TYPE.length()) == ' ');
  }

  /** The data of each whole event, joined as clients join its lines. */
  public static List<String> data(Buffer events) {
    List<String> result = new ArrayList<>();
    StringJoiner data = new StringJoiner("\n");
    for (String line : (Iterable<String>) events.toString(UTF_8).lines()::iterator) {
      if (line.isEmpty()) {
        if (data.length() > 0) {
          result.add(data.toString());
        }
        data = new StringJoiner("\n");
      } else if (line.startsWith("data:")) {
        data.add(line.substring(line.startsWith("data: ") ? 6 : 5));
      }
    }
    return result;
  }
}
