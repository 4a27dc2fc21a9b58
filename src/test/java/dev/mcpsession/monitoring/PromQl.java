package dev.mcpsession.monitoring;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What an expression of PromQL refers to. It must be a valid one: this is no parser. */
record PromQl(String expr) {
  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)}");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*+(?!\\s*\\()");
  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "bool", "offset", "by", "on", "atan2");

  /** Names of the series. */
  Set<String> metrics() {
    String bare = STRING.matcher(expr).replaceAll("\"\"");
    bare = bare.replaceAll("\\{[^}]*}", " ");
    bare = GROUPING.matcher(bare).replaceAll(" ");
    bare = RANGE.matcher(bare).replaceAll(" ");
    Set<String> names = new TreeSet<>();
    NAME.matcher(bare)
        .results()
        .map(MatchResult::group)
        .filter(name -> !OPERATORS.contains(name))
        .forEach(names::add);
    return names;
  }

  /** What stands between the braces of each selector. */
  List<String> matchers() {
    return SELECTOR.matcher(expr).results().map(selector -> selector.group(2)).toList();
  }
}
