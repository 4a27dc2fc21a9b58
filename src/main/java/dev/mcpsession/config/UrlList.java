package dev.mcpsession.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a list of URL prefixes, and what is wrong with each. */
final class UrlList {
  private record Item(EndpointUrl url, int line) {}

  private final Setting setting;
  private final List<String> problems;
  private final List<Item> items = new ArrayList<>();

  /**
   * Makes an empty list.
   *
   * @param problems where they are added
   */
  UrlList(Setting setting, List<String> problems) {
    this.setting = setting;
    this.problems = problems;
  }

  /** From the start of the list to its end. */
  void read(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
      int line = ConfigReader.line(parser);
      EndpointUrl url =
          parser.currentToken() == JsonToken.VALUE_STRING
              ? EndpointUrl.parsePrefix(parser.getText())
              : null;
      if (url == null) {
        add(line, "holds " + shown(parser) + "; each item must be " + EndpointUrl.ALLOWED_PREFIX);
      } else if (items.stream().anyMatch(item -> allowTheSame(item.url(), url))) {
        add(line, "holds " + url.shown() + ", which is given twice");
      } else {
        items.add(new Item(url, line));
      }
      parser.skipChildren();
    }
  }

  /** Unless this other setting is true. */
  void refuseHttp(Setting unless) {
    items.stream()
        .filter(item -> item.url().isHttp())
        .forEach(
            item ->
                add(
                    item.line(),
                    "holds %s, but secrets must not travel unencrypted; use https, or for tests set"
                            .formatted(item.url().shown())
                        + " %s to true".formatted(unless.key())));
  }

  List<EndpointUrl> urls() {
    return items.stream().map(Item::url).toList();
  }

  private static boolean allowTheSame(EndpointUrl one, EndpointUrl other) {
    return one.covers(other) && other.covers(one);
  }

  private void add(int line, String problem) {
    problems.add("line " + line + ": " + setting.key() + " " + problem + ".");
  }

  /** Leaves out what may hold a password or a key. */
  private static String shown(JsonParser parser) throws IOException {
    boolean mayHoldSecret =
        parser.currentToken() == JsonToken.VALUE_STRING
            && parser.getText().chars().anyMatch(c -> "@?#".indexOf(c) >= 0);
    return mayHoldSecret
        ? "a URL with user information, a query or a fragment"
        : ConfigReader.shown(parser);
  }
}
