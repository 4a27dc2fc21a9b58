package dev.mcpsession.config;

import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Type and range of a value of a configuration file. */
public sealed interface Kind {
  /** Human-readable, such as "a whole number from 1 to 1000". */
  String allowed();

  /** From min to max, both included. */
  record WholeNumber(int min, int max) implements Kind {
    @Override
    public String allowed() {
      return "a whole number from " + min + " to " + max;
    }
  }

  /** True or false. */
  record TruthValue() implements Kind {
    @Override
    public String allowed() {
      return "true or false";
    }
  }

  /**
   * Text of some form.
   *
   * @param parse null: the text is not allowed
   */
  record Text(String allowed, Function<String, @Nullable Object> parse) implements Kind {
    /** Text that matches a pattern as a whole. */
    static Text matching(String pattern, int maxLength, String allowed) {
      Pattern compiled = Pattern.compile(pattern);
      return new Text(
          allowed,
          text -> text.length() <= maxLength && compiled.matcher(text).matches() ? text : null);
    }

    /** A name as Kubernetes has them. */
    static Text name(String pattern, int maxLength) {
      return matching(
          pattern,
          maxLength,
          "a name of lower-case letters, digits"
              + (maxLength > 63 ? ", '-' and '.'" : " and '-'")
              + ", at most "
              + maxLength
              + " characters");
    }

    /** A URL that can be a {@linkplain EndpointUrl#parsePrefix prefix}. */
    static Text url() {
      Function<String, @Nullable Object> parse = EndpointUrl::parsePrefix;
      return new Text(EndpointUrl.ALLOWED_PREFIX, parse);
    }

    /** An absolute path, or nothing. */
    static Text path() {
      return matching("/[^\\x00]*", 4096, "an absolute path").orEmpty();
    }

    /** The name of a claim. */
    static Text claim() {
      return matching("[\\x21-\\x7e]+", 256, "a claim: 1 to 256 visible ASCII characters");
    }

    /** The same, or nothing. */
    Text orEmpty() {
      return new Text(allowed + ", or empty", text -> text.isEmpty() ? text : parse.apply(text));
    }
  }

  /**
   * A list of texts, none given twice.
   *
   * @param each what each item must be
   * @param same whether two items say the same
   */
  record Items<T>(
      Class<T> type, String each, Function<String, @Nullable T> parse, BiPredicate<T, T> same)
      implements Kind {
    /** URLs that each allow themselves and what is below. */
    static Items<EndpointUrl> urls() {
      return new Items<>(
          EndpointUrl.class,
          EndpointUrl.ALLOWED_PREFIX,
          EndpointUrl::parsePrefix,
          (one, other) -> one.covers(other) && other.covers(one));
    }

    /** Scopes of OAuth 2. */
    static Items<String> scopes() {
      return of(
          String.class,
          "a scope: 1 to 256 visible ASCII characters without '\"' and '\\'",
          text -> text.matches("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,256}") ? text : null);
    }

    /** Hosts, each an {@link Authority} without a port. */
    static Items<Authority> hosts() {
      return of(
          Authority.class,
          "a host name or IP address without a port",
          text -> {
            Authority authority = Authority.parse(text);
            return authority == null || authority.port() >= 0 ? null : authority;
          });
    }

    /** Items that say the same if they are equal. */
    static <T> Items<T> of(Class<T> type, String each, Function<String, @Nullable T> parse) {
      return new Items<>(type, each, parse, Object::equals);
    }

    @Override
    public String allowed() {
      return "a list, each item " + each;
    }
  }

  /** A list of sections, whose keys are keys of the table. */
  record Sections() implements Kind {
    @Override
    public String allowed() {
      return "a list, each item with keys of its own";
    }
  }
}
