package dev.mcpsession.signin.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.site.SiteRequest;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parameters of a query or a form (application/x-www-form-urlencoded). An empty value counts as
 * none (RFC 6749, section 3.1).
 */
public final class Parameters {
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private Parameters() {}

  /** Those of the query. */
  public static Parameters ofQuery(SiteRequest request) {
    return parse(request.query());
  }

  /** Those of the body; empty: it is no form. */
  public static Optional<Parameters> ofForm(SiteRequest request) {
    return request
        .header("Content-Type")
        .filter(type -> type.split(";", 2)[0].strip().equalsIgnoreCase(FORM))
        .map(type -> parse(new String(request.body(), UTF_8)));
  }

  private static Parameters parse(String text) {
    Parameters parsed = new Parameters();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      if (!value.isEmpty()) {
        parsed.values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
      }
    }
    return parsed;
  }

  /** What is not percent-encoded as it should be stays as it is. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** The first value. */
  public Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  /** Every value, in the order in which they came. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** A parameter that is there more than once, which only resource may be; empty: none. */
  public Optional<String> repeated() {
    return values.entrySet().stream()
        .filter(it -> it.getValue().size() > 1 && !it.getKey().equals("resource"))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The names alone, for the values may be secret. */
  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
