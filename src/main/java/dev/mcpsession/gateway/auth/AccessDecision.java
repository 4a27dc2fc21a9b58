package dev.mcpsession.gateway.auth;

import dev.mcpsession.api.McpSessionTemplateSpec.Access;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** PURE. Whether a caller may use a template. */
public sealed interface AccessDecision {
  /** The caller may. */
  record Allowed() implements AccessDecision {}

  /** The caller is left out, and must not learn that there is such a template (404). */
  record Hidden() implements AccessDecision {}

  /**
   * The caller may use it, but the token lacks a scope (403, insufficient_scope).
   *
   * @param required all scopes that a token for it must have, sorted
   */
  record MissingScopes(List<String> required) implements AccessDecision {
    public MissingScopes {
      required = List.copyOf(required);
    }
  }

  /**
   * Judges who it is first, and scopes only for those who are let in.
   *
   * @param access of the template; null: it says nothing, so nobody may
   */
  static AccessDecision of(@Nullable Access access, Caller caller) {
    if (access == null || !includes(access, caller)) {
      return new Hidden();
    }
    Set<String> required = new TreeSet<>(caller.requiredScopes());
    required.addAll(orEmpty(access.requiredScopes()));
    return caller.scopes().containsAll(required)
        ? new Allowed()
        : new MissingScopes(List.copyOf(required));
  }

  private static boolean includes(Access access, Caller caller) {
    return Boolean.TRUE.equals(access.everyone())
        || orEmpty(access.users()).contains(caller.user().name())
        || orEmpty(access.groups()).stream().anyMatch(caller.groups()::contains);
  }

  private static Collection<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
