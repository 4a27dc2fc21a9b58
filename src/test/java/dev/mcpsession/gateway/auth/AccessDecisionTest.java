package dev.mcpsession.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplateSpec.Access;
import dev.mcpsession.gateway.auth.AccessDecision.Allowed;
import dev.mcpsession.gateway.auth.AccessDecision.Hidden;
import dev.mcpsession.gateway.auth.AccessDecision.MissingScopes;
import dev.mcpsession.gateway.route.User;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AccessDecisionTest {
  private static final Caller ALICE = alice(Set.of("mcp", "read"), Set.of());

  static Stream<Arguments> decisions() {
    AccessDecision allowed = new Allowed();
    AccessDecision hidden = new Hidden();
    List<String> none = List.of();
    return Stream.of(
        arguments("nothing said", null, ALICE, hidden),
        arguments("all left out", new Access(null, null, null, null), ALICE, hidden),
        arguments("nobody", access(false, none, none, none), ALICE, hidden),
        arguments("everyone", access(true, none, none, none), ALICE, allowed),
        arguments("the user", access(false, List.of("bob", "alice"), none, none), ALICE, allowed),
        arguments("another user", access(false, List.of("bob"), none, none), ALICE, hidden),
        arguments("other letters", access(false, List.of("Alice"), none, none), ALICE, hidden),
        arguments("the subject", access(false, List.of("alice-123"), none, none), ALICE, hidden),
        arguments("a group", access(false, none, List.of("ops", "git"), none), ALICE, allowed),
        arguments("another group", access(false, none, List.of("ops"), none), ALICE, hidden),
        arguments(
            "a user of that name", access(false, none, List.of("alice"), none), ALICE, hidden),
        arguments("a group of that name", access(false, List.of("git"), none, none), ALICE, hidden),
        arguments("scopes there", access(true, none, none, List.of("read")), ALICE, allowed),
        arguments(
            "a scope missing: all are named",
            access(true, none, none, List.of("write", "read")),
            ALICE,
            new MissingScopes(List.of("read", "write"))),
        arguments(
            "left out, with a scope missing: not a word of it",
            access(false, List.of("bob"), none, List.of("write")),
            ALICE,
            hidden),
        arguments(
            "the issuer's scope missing",
            access(true, none, none, List.of("read")),
            alice(Set.of("read"), Set.of("mcp")),
            new MissingScopes(List.of("mcp", "read"))),
        arguments(
            "the issuer's scope missing, left out",
            access(false, none, none, none),
            alice(Set.of(), Set.of("mcp")),
            hidden),
        arguments(
            "the issuer's scope there",
            access(true, none, none, none),
            alice(Set.of("mcp"), Set.of("mcp")),
            allowed),
        arguments(
            "a scope is compared as a whole",
            access(true, none, none, List.of("rea")),
            ALICE,
            new MissingScopes(List.of("rea"))));
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource
  void decisions(String name, @Nullable Access access, Caller caller, AccessDecision expected) {
    assertThat(AccessDecision.of(access, caller)).isEqualTo(expected);
  }

  private static Access access(
      boolean everyone, List<String> users, List<String> groups, List<String> scopes) {
    return new Access(everyone, users, groups, scopes);
  }

  private static Caller alice(Set<String> scopes, Set<String> ofIssuer) {
    return new Caller(
        new User(new Owner("https://sso.example", "alice-123"), "alice"),
        Set.of("staff", "git"),
        scopes,
        ofIssuer,
        Caller.NEVER);
  }
}
