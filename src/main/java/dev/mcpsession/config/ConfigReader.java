package dev.mcpsession.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads one configuration. Parses the YAML token by token, because data binding stops at the first
 * error and accepts {@code "10"}, {@code 1e1} and {@code true} as numbers.
 */
final class ConfigReader {
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

  private final List<String> problems = new ArrayList<>();
  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final UrlList allowedEndpoints = new UrlList(Setting.TOKEN_ENDPOINTS_ALLOWED, problems);
  private final Map<Setting, Integer> lines = new EnumMap<>(Setting.class);
  private final Set<Setting> refused = EnumSet.noneOf(Setting.class);

  OperatorConfig read(Reader yaml) throws IOException, InvalidConfigException {
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        section(parser, "");
        if (parser.nextToken() != null) {
          problems.add("line " + line(parser) + ": a second document; the file must hold one.");
        }
      } else if (first != null && first != JsonToken.VALUE_NULL) {
        problems.add(
            "line " + line(parser) + ": the file must hold keys and values, as in 'key: value'.");
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      problems.add("line " + line + ": not YAML: " + firstLine(e.getOriginalMessage()));
    }
    checkOrder(Setting.RENEW_DEADLINE_SECONDS, Setting.LEASE_DURATION_SECONDS);
    checkOrder(Setting.RETRY_PERIOD_SECONDS, Setting.RENEW_DEADLINE_SECONDS);
    boolean allowHttp = isTrue(Setting.TOKEN_ENDPOINTS_ALLOW_HTTP);
    if (!allowHttp && !refused.contains(Setting.TOKEN_ENDPOINTS_ALLOW_HTTP)) {
      allowedEndpoints.refuseHttp(Setting.TOKEN_ENDPOINTS_ALLOW_HTTP);
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
    return new OperatorConfig(
        number(Setting.MAX_CONCURRENT_REPLACEMENTS),
        number(Setting.MAX_CONCURRENT_TOKEN_CALLS),
        isTrue(Setting.WATCH_TOKEN_SECRETS),
        isTrue(Setting.WATCH_NODES),
        new OperatorConfig.TokenEndpoints(
            allowedEndpoints.urls(),
            allowHttp,
            number(Setting.TOKEN_ENDPOINTS_MAX_CONCURRENT_CALLS)),
        new OperatorConfig.LeaderElection(
            text(Setting.LEASE_NAME).orElseThrow(),
            text(Setting.LEASE_NAMESPACE),
            seconds(Setting.LEASE_DURATION_SECONDS),
            seconds(Setting.RENEW_DEADLINE_SECONDS),
            seconds(Setting.RETRY_PERIOD_SECONDS)));
  }

  private void section(JsonParser parser, String prefix) throws IOException {
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = prefix + parser.currentName();
      int line = line(parser);
      JsonToken value = parser.nextToken();
      if (!seen.add(key)) {
        problems.add("line " + line + ": " + key + " is given twice.");
        parser.skipChildren();
      } else if (Setting.isSection(key)) {
        if (value == JsonToken.START_OBJECT) {
          section(parser, key + ".");
        } else {
          if (value != JsonToken.VALUE_NULL) {
            problems.add(
                "line "
                    + line
                    + ": "
                    + key
                    + " is "
                    + shown(parser)
                    + "; it must hold keys of its own.");
          }
          parser.skipChildren();
        }
      } else {
        Optional<Setting> setting = Setting.ofKey(key);
        if (setting.isPresent()) {
          value(parser, setting.get(), line);
        } else {
          problems.add(
              "line " + line + ": unknown key " + key + "; known here are " + known(prefix) + ".");
        }
        parser.skipChildren();
      }
    }
  }

  private void value(JsonParser parser, Setting setting, int line) throws IOException {
    JsonToken token = parser.currentToken();
    if (setting.kind() instanceof Setting.Urls && token == JsonToken.START_ARRAY) {
      allowedEndpoints.read(parser);
      return;
    }
    boolean allowed =
        switch (setting.kind()) {
          case Setting.WholeNumber range ->
              token == JsonToken.VALUE_NUMBER_INT && isWithin(parser.getText(), range);
          case Setting.TruthValue truth -> token.isBoolean();
          case Setting.Urls list -> false;
          case Setting.Name name ->
              token == JsonToken.VALUE_STRING
                  && parser.getText().length() <= name.maxLength()
                  && name.pattern().matcher(parser.getText()).matches();
        };
    if (allowed) {
      values.put(setting, parser.getText());
      lines.put(setting, line);
    } else {
      refused.add(setting);
      problems.add(
          "line "
              + line
              + ": "
              + setting.key()
              + " is "
              + shown(parser)
              + "; it must be "
              + setting.allowed()
              + ".");
    }
  }

  private static boolean isWithin(String number, Setting.WholeNumber range) {
    if (!WHOLE_NUMBER.matcher(number).matches()) {
      return false; // YAML parsers disagree on 0x1F, 017 and 1_000
    }
    long value = Long.parseLong(number);
    return range.min() <= value && value <= range.max();
  }

  /** Does nothing if a value was rejected: nobody meant the default in its place. */
  private void checkOrder(Setting less, Setting more) {
    if (refused.contains(less) || refused.contains(more)) {
      return;
    }
    if (number(less) >= number(more) && (values.containsKey(less) || values.containsKey(more))) {
      String line =
          Stream.of(less, more)
              .map(lines::get)
              .filter(Objects::nonNull)
              .map(Object::toString)
              .collect(Collectors.joining(" and "));
      problems.add(
          "line %s: %s is %d; it must be less than %s, which is %d."
              .formatted(line, less.key(), number(less), more.key(), number(more)));
    }
  }

  private Optional<String> text(Setting setting) {
    return Optional.ofNullable(values.getOrDefault(setting, setting.defaultValue()));
  }

  private boolean isTrue(Setting setting) {
    return Boolean.parseBoolean(text(setting).orElseThrow());
  }

  private int number(Setting setting) {
    return Integer.parseInt(text(setting).orElseThrow());
  }

  private Duration seconds(Setting setting) {
    return Duration.ofSeconds(number(setting));
  }

  static String shown(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "a section";
      case START_ARRAY -> "a list";
      case VALUE_NULL -> "empty";
      case VALUE_STRING -> "the text '" + parser.getText() + "'";
      default -> parser.getText();
    };
  }

  private static String known(String prefix) {
    return Stream.of(Setting.values())
        .map(Setting::key)
        .filter(k -> k.startsWith(prefix))
        .map(k -> k.substring(prefix.length()).replaceFirst("\\..*", ""))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("unreadable");
  }

  static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
