package dev.mcpsession.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a configuration file, or one section of a list in it, says; and what is wrong with it, all
 * at once. A key that the file leaves out has its default.
 */
final class ConfigValues {
  /**
   * An item of a list.
   *
   * @param line where it is in the file
   */
  record Item<T>(T value, int line) {}

  private final int line;
  private final List<String> problems;
  private final Map<ConfigKey, String> texts = new HashMap<>();
  private final Map<ConfigKey, Integer> lines = new HashMap<>();
  private final Map<ConfigKey, List<Item<Object>>> items = new HashMap<>();
  private final Map<ConfigKey, List<ConfigValues>> sections = new HashMap<>();
  private final Set<ConfigKey> refused = new HashSet<>();

  private ConfigValues(int line, List<String> problems) {
    this.line = line;
    this.problems = problems;
  }

  /** Of an empty file. */
  ConfigValues() {
    this(1, new ArrayList<>());
  }

  /** A further item of a list of sections; its problems are the file's. */
  ConfigValues addSection(ConfigKey list, int itsLine) {
    ConfigValues section = new ConfigValues(itsLine, problems);
    sections.computeIfAbsent(list, key -> new ArrayList<>()).add(section);
    return section;
  }

  void put(ConfigKey key, String text, int itsLine) {
    texts.put(key, text);
    lines.put(key, itsLine);
  }

  void add(ConfigKey list, Object item, int itsLine) {
    lines.putIfAbsent(list, itsLine);
    items.computeIfAbsent(list, key -> new ArrayList<>()).add(new Item<>(item, itsLine));
  }

  /** The value of a key is not allowed: nobody meant the default in its place. */
  void refuse(ConfigKey key, int itsLine, String problem) {
    refused.add(key);
    lines.put(key, itsLine);
    problem(itsLine, problem);
  }

  void problem(int itsLine, String problem) {
    problems.add("line " + itsLine + ": " + problem);
  }

  boolean isRefused(ConfigKey key) {
    return refused.contains(key);
  }

  /** Whether it is in the file; an empty list is as good as none. */
  boolean isGiven(ConfigKey key) {
    return lines.containsKey(key);
  }

  /** Where the section begins: 1 for the file. */
  int line() {
    return line;
  }

  /** Where a key's value is; where the section begins if it is not given. */
  int line(ConfigKey key) {
    return lines.getOrDefault(key, line);
  }

  /** Empty if there is none, or if it is empty. */
  Optional<String> text(ConfigKey key) {
    return Optional.ofNullable(texts.getOrDefault(key, key.defaultValue()))
        .filter(text -> !text.isEmpty());
  }

  boolean isTrue(ConfigKey key) {
    return Boolean.parseBoolean(text(key).orElseThrow());
  }

  /** Whether it is false, and nobody meant something else by a value that was refused. */
  boolean isFalse(ConfigKey key) {
    return !isRefused(key) && !isTrue(key);
  }

  int number(ConfigKey key) {
    return Integer.parseInt(text(key).orElseThrow());
  }

  Duration seconds(ConfigKey key) {
    return Duration.ofSeconds(number(key));
  }

  <T> List<Item<T>> items(ConfigKey key, Class<T> type) {
    return items.getOrDefault(key, List.of()).stream()
        .map(item -> new Item<>(type.cast(item.value()), item.line()))
        .toList();
  }

  <T> List<T> list(ConfigKey key, Class<T> type) {
    return items(key, type).stream().map(Item::value).toList();
  }

  List<ConfigValues> sections(ConfigKey key) {
    return sections.getOrDefault(key, List.of());
  }

  /** Does nothing if a value was refused, or if both are the defaults. */
  void checkOrder(ConfigKey less, ConfigKey more) {
    checkOrder(less, "less than", more, 0);
  }

  /** The same, but they may be equal. */
  void checkAtMost(ConfigKey less, ConfigKey more) {
    checkOrder(less, "at most", more, 1);
  }

  private void checkOrder(ConfigKey less, String how, ConfigKey more, int beyond) {
    if (isRefused(less) || isRefused(more) || number(less) < (long) number(more) + beyond) {
      return;
    }
    String both =
        Stream.of(less, more)
            .map(lines::get)
            .filter(Objects::nonNull)
            .map(Object::toString)
            .collect(Collectors.joining(" and "));
    if (!both.isEmpty()) {
      problems.add(
          "line %s: %s is %d; it must be %s %s, which is %d."
              .formatted(both, less.key(), number(less), how, more.key(), number(more)));
    }
  }

  /**
   * A URL must not be http, since something would travel in the clear.
   *
   * @param verb "holds" of a list, else "is"
   * @param why the rest of a sentence
   * @param unless the key that allows it
   */
  void refuseHttp(ConfigKey key, String verb, Item<EndpointUrl> url, String why, ConfigKey unless) {
    if (url.value().isHttp()) {
      problem(
          url.line(),
          "%s %s %s, but %s; use https, or for tests set %s to true."
              .formatted(key.key(), verb, url.value().shown(), why, unless.key()));
    }
  }

  /**
   * Nothing is wrong.
   *
   * @throws InvalidConfigException with all that is
   */
  void check() throws InvalidConfigException {
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
  }
}
