package dev.mcpsession.signin.provider;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** PURE. Reads what a provider says of a user. */
record UserClaims(Map<String, Object> claims) {
  /** What McpSession.spec.owner.subject holds. */
  private static final int LONGEST_SUBJECT = 1024;

  /** What McpSession.spec.user holds. */
  private static final int LONGEST_NAME = 256;

  boolean has(String claim) {
    return claims.get(claim) != null;
  }

  /** An id: text, or a whole number, as GitHub's are; empty: there is none. */
  Optional<String> subject(String claim) {
    @Nullable Object value = claims.get(claim);
    return switch (value) {
      case String text -> fit(text, LONGEST_SUBJECT);
      case Integer number -> Optional.of(number.toString());
      case Long number -> Optional.of(number.toString());
      case BigInteger number -> fit(number.toString(), LONGEST_SUBJECT);
      case null, default -> Optional.empty();
    };
  }

  /** A name: text; empty: there is none. */
  Optional<String> name(String claim) {
    return claims.get(claim) instanceof String text ? fit(text, LONGEST_NAME) : Optional.empty();
  }

  /** A text, or the texts of a list; anything else is left out. */
  Set<String> groups(String claim) {
    Set<String> groups = new TreeSet<>();
    switch (claims.get(claim)) {
      case String text -> groups.add(text);
      case List<?> list ->
          list.stream()
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .forEach(groups::add);
      case null, default -> {}
    }
    return groups;
  }

  private static Optional<String> fit(String text, int longest) {
    return text.isBlank() || text.length() > longest ? Optional.empty() : Optional.of(text);
  }
}
