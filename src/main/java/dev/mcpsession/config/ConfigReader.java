package dev.mcpsession.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.Reader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a configuration by a table of keys. Parses the YAML token by token, because data binding
 * stops at the first error and accepts {@code "10"}, {@code 1e1} and {@code true} as numbers.
 */
final class ConfigReader {
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

  private final List<? extends ConfigKey> keys;

  /** By the table of a role. */
  ConfigReader(List<? extends ConfigKey> keys) {
    this.keys = keys;
  }

  /** All values, and what is wrong with each. What they are together is for the caller to judge. */
  ConfigValues read(Reader yaml) throws IOException {
    ConfigValues values = new ConfigValues();
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        section(parser, "", values);
        if (parser.nextToken() != null) {
          values.problem(line(parser), "a second document; the file must hold one.");
        }
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        values.problem(line(parser), "the file must hold keys and values, as in 'key: value'.");
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      values.problem(line, "not YAML: " + firstLine(e.getOriginalMessage()));
    }
    return values;
  }

  private void section(JsonParser parser, String prefix, ConfigValues values) throws IOException {
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = prefix + parser.currentName();
      int line = line(parser);
      JsonToken value = parser.nextToken();
      if (!seen.add(key)) {
        values.problem(line, key + " is given twice.");
        parser.skipChildren();
      } else if (keys.stream().anyMatch(it -> it.key().startsWith(key + "."))) {
        if (value == JsonToken.START_OBJECT) {
          section(parser, key + ".", values);
        } else {
          if (value != JsonToken.VALUE_NULL) {
            values.problem(line, key + " is " + shown(parser) + "; it must hold keys of its own.");
          }
          parser.skipChildren();
        }
      } else {
        Optional<? extends ConfigKey> known =
            keys.stream().filter(it -> it.key().equals(key)).findFirst();
        if (known.isPresent()) {
          value(parser, known.get(), line, values);
        } else {
          values.problem(line, "unknown key " + key + "; known here are " + known(prefix) + ".");
        }
        parser.skipChildren();
      }
    }
  }

  private void value(JsonParser parser, ConfigKey key, int line, ConfigValues values)
      throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_ARRAY && key.kind() instanceof Kind.Items<?> kind) {
      items(parser, key, kind, values);
      return;
    }
    if (token == JsonToken.START_ARRAY && key.kind() instanceof Kind.Sections) {
      sections(parser, key, values);
      return;
    }
    boolean allowed =
        switch (key.kind()) {
          case Kind.WholeNumber range ->
              token == JsonToken.VALUE_NUMBER_INT && isWithin(parser.getText(), range);
          case Kind.TruthValue truth -> token.isBoolean();
          case Kind.Text text ->
              token == JsonToken.VALUE_STRING && text.parse().apply(parser.getText()) != null;
          case Kind.Items<?> list -> false;
          case Kind.Sections list -> false;
        };
    if (allowed) {
      values.put(key, parser.getText(), line);
    } else {
      values.refuse(
          key, line, key.key() + " is " + shown(parser) + "; it must be " + key.allowed() + ".");
    }
  }

  /** From the start of a list to its end. */
  private static <T> void items(
      JsonParser parser, ConfigKey key, Kind.Items<T> kind, ConfigValues values)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
      int line = line(parser);
      T item =
          parser.currentToken() == JsonToken.VALUE_STRING
              ? kind.parse().apply(parser.getText())
              : null;
      if (item == null) {
        values.problem(
            line,
            key.key() + " holds " + shown(parser) + "; each item must be " + kind.each() + ".");
      } else if (values.list(key, kind.type()).stream()
          .anyMatch(it -> kind.same().test(it, item))) {
        values.problem(line, key.key() + " holds " + item + ", which is given twice.");
      } else {
        values.add(key, item, line);
      }
      parser.skipChildren();
    }
  }

  /** Likewise, of sections. */
  private void sections(JsonParser parser, ConfigKey key, ConfigValues values) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
      int line = line(parser);
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        section(parser, key.key() + "[].", values.addSection(key, line));
      } else {
        values.problem(
            line, key.key() + " holds " + shown(parser) + "; each item must hold keys of its own.");
        parser.skipChildren();
      }
    }
  }

  private static boolean isWithin(String number, Kind.WholeNumber range) {
    if (!WHOLE_NUMBER.matcher(number).matches()) {
      return false; // YAML parsers disagree on 0x1F, 017 and 1_000
    }
    long value = Long.parseLong(number);
    return range.min() <= value && value <= range.max();
  }

  /** Leaves out what may hold a password or a key. */
  private static String shown(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "a section";
      case START_ARRAY -> "a list";
      case VALUE_NULL -> "empty";
      case VALUE_STRING -> {
        String text = parser.getText();
        yield text.chars().noneMatch(c -> "@?#".indexOf(c) >= 0)
            ? "the text '" + text + "'"
            : text.contains("://")
                ? "a URL with user information, a query or a fragment"
                : "a text with '@', '?' or '#'";
      }
      default -> parser.getText();
    };
  }

  private String known(String prefix) {
    return keys.stream()
        .map(ConfigKey::key)
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length()).replaceFirst("[.\\[].*", ""))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("unreadable");
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
