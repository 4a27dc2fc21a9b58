package dev.mcpsession.gateway.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mcpsession.gateway.route.Message.Kind;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON-RPC message as far as the gateway has to know it, without building a tree. Of a name
 * that occurs twice the last value counts, as JavaScript and Python have it.
 */
public final class MessageParser {
  private static final JsonFactory JSON = new JsonFactory();

  /** Where 2026-07-28 puts the version of the protocol. */
  private static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";

  /** Longer names are cut: they go to the access log. */
  private static final int LONGEST_NAME = 256;

  private @Nullable String method;
  private @Nullable String id;
  private @Nullable String name;
  private @Nullable String level;
  private @Nullable String uri;
  private boolean answer;
  private boolean modern;
  private String clientName = "";

  private MessageParser() {}

  /** What the body is. */
  public static Message parse(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return Message.of(Kind.MALFORMED);
      }
      MessageParser reader = new MessageParser();
      if (first == JsonToken.START_OBJECT) {
        reader.message(parser);
      } else {
        parser.skipChildren();
      }
      return parser.nextToken() != null
          ? Message.of(Kind.MALFORMED)
          : first == JsonToken.START_ARRAY ? Message.of(Kind.BATCH) : reader.result();
    } catch (IOException e) {
      return Message.of(Kind.MALFORMED);
    }
  }

  private Message result() {
    Kind kind =
        method != null
            ? id != null ? Kind.REQUEST : Kind.NOTIFICATION
            : answer ? Kind.RESPONSE : Kind.OTHER;
    return new Message(
        kind,
        Optional.ofNullable(method),
        Optional.ofNullable(id),
        "tools/call".equals(method) ? Optional.ofNullable(name) : Optional.empty(),
        modern,
        clientName,
        Optional.ofNullable(kind == Kind.REQUEST ? preference() : null));
  }

  private @Nullable Preference preference() {
    if ("logging/setLevel".equals(method)) {
      return level == null ? null : new Preference.LogLevel(level);
    } else if (uri != null && "resources/subscribe".equals(method)) {
      return new Preference.Subscribe(uri);
    } else {
      return uri != null && "resources/unsubscribe".equals(method)
          ? new Preference.Unsubscribe(uri)
          : null;
    }
  }

  private void message(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "method" -> method = text(parser, value);
        case "id" -> id = id(parser, value);
        case "result", "error" -> {
          answer = true;
          parser.skipChildren();
        }
        case "params" -> {
          if (value == JsonToken.START_OBJECT) {
            params(parser);
          } else {
            parser.skipChildren();
          }
        }
        default -> parser.skipChildren();
      }
    }
  }

  private void params(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("name")) {
        name = text(parser, value);
      } else if (field.equals("level")) {
        level = text(parser, value);
      } else if (field.equals("uri") && value == JsonToken.VALUE_STRING) {
        uri = parser.getText();
      } else if (field.equals("_meta") && value == JsonToken.START_OBJECT) {
        meta(parser);
      } else if (field.equals("clientInfo") && value == JsonToken.START_OBJECT) {
        clientInfo(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void meta(JsonParser parser) throws IOException {
    modern = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      modern |= parser.currentName().equals(META_VERSION);
      parser.nextToken();
      parser.skipChildren();
    }
  }

  private void clientInfo(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("name")) {
        String given = text(parser, value);
        clientName = given == null ? "" : given;
      } else {
        parser.skipChildren();
      }
    }
  }

  private static @Nullable String text(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      parser.skipChildren();
      return null;
    }
    String text = parser.getText();
    return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text;
  }

  /** Null if it is none: requests with null as id are notifications to the gateway. */
  static @Nullable String id(JsonParser parser, JsonToken value) throws IOException {
    return switch (value) {
      case VALUE_STRING -> JsonText.quoted(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getText();
      default -> {
        parser.skipChildren();
        yield null;
      }
    };
  }
}
