package dev.mcpsession.gateway.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads whom a legacy client's message answers, and gives servers back their own ids: those of
 * requests in answers, and the tokens in notifications/progress ({@link ServerRequestId}). All
 * other bytes stay as they are.
 */
public final class ReplyParser {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String CANCELLED = "notifications/cancelled";
  private static final String PROGRESS = "notifications/progress";

  /** A string of the message: its bytes, and what it says. */
  private record Text(int from, int to, String text) {}

  private record Restored(Text text, String json) {}

  private final byte[] body;
  private final List<Restored> restored = new ArrayList<>(1);
  private final Set<Incarnation> askers = new HashSet<>();
  private boolean unknown;
  private boolean answers;
  private boolean requests;
  private @Nullable String cancelled;

  private ReplyParser(byte[] body) {
    this.body = body;
  }

  /** Whether there is something to read in such a message. */
  public static boolean concerns(Message message) {
    return switch (message.kind()) {
      case RESPONSE, BATCH -> true;
      case NOTIFICATION ->
          message.method().filter(it -> it.equals(CANCELLED) || it.equals(PROGRESS)).isPresent();
      case REQUEST, OTHER, MALFORMED, NONE -> false;
    };
  }

  /** Reads a message that is JSON. */
  public static ReplyParser parse(byte[] body) {
    ReplyParser reader = new ReplyParser(body);
    reader.read();
    return reader;
  }

  /** Whose the message is. */
  public Reply reply() {
    if (unknown || askers.size() > 1) {
      return new Reply.ToNobody();
    }
    if (!askers.isEmpty()) {
      return new Reply.ToAsker(askers.iterator().next(), answers, requests);
    }
    return cancelled == null || requests ? new Reply.None() : new Reply.Cancellation(cancelled);
  }

  /** The body as the server has to see it. */
  public byte[] body() {
    if (restored.isEmpty()) {
      return body;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
    int at = 0;
    for (Restored it : restored) {
      out.write(body, at, it.text().from() - at);
      out.writeBytes(it.json().getBytes(StandardCharsets.UTF_8));
      at = it.text().to();
    }
    out.write(body, at, body.length - at);
    return out.toByteArray();
  }

  private void read() {
    try (JsonParser parser = JSON.createParser(body)) {
      for (JsonToken next = parser.nextToken(); next != null; next = parser.nextToken()) {
        if (next == JsonToken.START_OBJECT) {
          message(parser);
        } // else the array of a batch, or an element that is nothing
      }
    } catch (IOException e) {
      throw new IllegalStateException("it was parsed before", e);
    }
  }

  private void message(JsonParser parser) throws IOException {
    String method = null;
    boolean answer = false;
    boolean id = false;
    Text ownId = null;
    Params params = new Params(null, null);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "method" -> method = value == JsonToken.VALUE_STRING ? parser.getText() : null;
        case "id" -> {
          id = value == JsonToken.VALUE_STRING || value.isNumeric();
          ownId = text(parser, value);
        }
        case "result", "error" -> answer = true;
        case "params" -> params = value == JsonToken.START_OBJECT ? params(parser) : params;
        default -> {}
      }
      parser.skipChildren();
    }
    if (method == null) {
      if (answer) {
        answers = true;
        unknown |= !restore(ownId);
      }
    } else if (id) {
      requests = true;
    } else if (method.equals(PROGRESS)) {
      restore(params.progressToken());
    } else if (method.equals(CANCELLED)) {
      cancelled = params.requestId();
    }
  }

  private record Params(@Nullable Text progressToken, @Nullable String requestId) {}

  private Params params(JsonParser parser) throws IOException {
    Text token = null;
    String request = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("progressToken")) {
        token = text(parser, value);
      } else if (field.equals("requestId")) {
        request = MessageParser.id(parser, value);
      }
      parser.skipChildren();
    }
    return new Params(token, request);
  }

  /** Null if it is no string, or where it stands is not known, as in UTF-16. */
  private @Nullable Text text(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      return null;
    }
    int from = (int) parser.currentTokenLocation().getByteOffset();
    String text = parser.getText();
    int to = (int) parser.currentLocation().getByteOffset();
    return from >= 0
            && to <= body.length
            && to - from >= 2
            && body[from] == '"'
            && body[to - 1] == '"'
        ? new Text(from, to, text)
        : null;
  }

  /** Whether it is an id that the gateway made. */
  private boolean restore(@Nullable Text text) {
    Optional<ServerRequestId> id =
        text == null ? Optional.empty() : ServerRequestId.parse(text.text());
    if (id.isPresent() && text != null) {
      restored.add(new Restored(text, id.get().json()));
      askers.add(id.get().asker());
    }
    return id.isPresent();
  }
}
