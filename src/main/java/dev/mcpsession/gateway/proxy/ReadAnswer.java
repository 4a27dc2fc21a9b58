package dev.mcpsession.gateway.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backend's answer to a request that the gateway has to understand, read as far as the JSON-RPC
 * response.
 *
 * @param answer whose body goes on after what was read, if it is a stream of events
 * @param read the beginning of the body, or all of it
 * @param response missing: there is none, or the status is not 200
 */
public record ReadAnswer(BackendAnswer answer, Buffer read, JsonNode response) {
  /** No response that the gateway has to understand is so long. */
  private static final int LARGEST = 1024 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fails with a {@link BackendFailure} if the answer breaks off or is too long. */
  public static Future<ReadAnswer> read(BackendAnswer answer) {
    Future<Buffer> read =
        answer.isEventStream()
            ? answer.events(events -> response(ServerSentEvents.data(events)) != null, LARGEST)
            : answer.body(LARGEST);
    return read.map(
        bytes -> {
          List<String> messages =
              answer.isEventStream()
                  ? ServerSentEvents.data(bytes)
                  : List.of(bytes.toString(StandardCharsets.UTF_8));
          JsonNode response = answer.status() == 200 ? response(messages) : null;
          return new ReadAnswer(
              answer, bytes, response == null ? MissingNode.getInstance() : response);
        });
  }

  /** Whether the request succeeded. */
  public boolean isResult() {
    return response.has("result");
  }

  /** The response among these messages; null: it is not there. */
  private static @Nullable JsonNode response(List<String> messages) {
    for (String text : messages) {
      JsonNode message = parsed(text);
      if (message.has("result") || message.has("error")) {
        return message;
      }
    }
    return null;
  }

  /** What is no JSON is missing: the client will see it, and judge. */
  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
