package dev.mcpsession.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a list of URL prefixes, and what is wrong with each. */
final class UrlList {
  private record Item(URI url, int line) {}

  private final Setting setting;
  private final List<String> problems;
  private final List<Item> items = new ArrayList<>();
  private final Set<String> senses = new HashSet<>();

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
      URI url =
          parser.currentToken() == JsonToken.VALUE_STRING
              ? UrlPrefix.parse(parser.getText())
              : null;
      if (url == null) {
        add(line, "holds " + shown(parser) + "; each item must be " + UrlPrefix.ALLOWED);
      } else if (senses.add(UrlPrefix.sense(url))) {
        items.add(new Item(url, line));
      } else {
        add(line, "holds " + url + ", which is given twice");
      }
      parser.skipChildren();
    }
  }

  /** Unless this other setting is true. */
  void refuseHttp(Setting unless) {
    items.stream()
        .filter(item -> UrlPrefix.isHttp(item.url()))
        .forEach(
            item ->
                add(
                    item.line(),
                    "holds %s, but secrets must not travel unencrypted; use https, or for tests set"
                            .formatted(item.url())
                        + " %s to true".formatted(unless.key())));
  }

  List<URI> urls() {
    return items.stream().map(Item::url).toList();
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
