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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backend's answer to initialize, read as far as its result.
 *
 * @param answer whose body goes on after what was read, if it is a stream of events
 * @param read the beginning of the body, or all of it
 * @param protocolVersion of the result; empty: it is an error, or not an answer at all
 */
public record InitializeAnswer(
    BackendAnswer answer, Buffer read, Optional<String> protocolVersion) {
  /** No server has so much to say of itself. */
  private static final int LARGEST = 1024 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fails with a {@link BackendFailure} if the answer breaks off or is too long. */
  public static Future<InitializeAnswer> read(BackendAnswer answer) {
    Future<Buffer> read =
        answer.isEventStream()
            ? answer.events(events -> result(ServerSentEvents.data(events)) != null, LARGEST)
            : answer.body(LARGEST);
    return read.map(
        bytes -> {
          List<String> messages =
              answer.isEventStream()
                  ? ServerSentEvents.data(bytes)
                  : List.of(bytes.toString(StandardCharsets.UTF_8));
          JsonNode result = answer.status() == 200 ? result(messages) : null;
          String version =
              result == null ? null : result.path("result").path("protocolVersion").textValue();
          return new InitializeAnswer(answer, bytes, Optional.ofNullable(version));
        });
  }

  /** The answer among these messages; null: it is not there. */
  private static @Nullable JsonNode result(List<String> messages) {
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
