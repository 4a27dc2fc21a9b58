package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import dev.mcpsession.signin.identity.SignIn.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sign-ins of one user, as tests need them. */
final class ExampleSignIns {
  static final Instant NOW = Instant.parse("2026-11-28T10:00:00.123456Z");
  static final Owner ALICE = new Owner("https://git.example", "17");
  static final McpResource FORGEJO = new McpResource("team", "forgejo");

  private ExampleSignIns() {}

  static Person person(Owner owner) {
    return new Person(owner, "alice", Set.of("dev", "ops"), "fingerprint");
  }

  /** A client's, that is not stored. */
  static SignIn ofClient(String id, McpResource resource, Instant createdAt) {
    return new SignIn(
        id,
        person(ALICE),
        Optional.of(resource),
        Optional.of(new ClientName("c".repeat(64), "An IDE", "ide.example")),
        List.of("mcp"),
        createdAt,
        createdAt,
        new RefreshState(1, "a".repeat(64), Optional.empty(), createdAt),
        false,
        Optional.empty());
  }

  /** One of the account page, that is not stored. */
  static SignIn ofAccountPage(String id, Instant createdAt) {
    return new SignIn(
        id,
        person(ALICE),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        createdAt,
        createdAt,
        new RefreshState(1, "b".repeat(64), Optional.empty(), createdAt),
        false,
        Optional.empty());
  }

  /** The same, used then: with the next refresh token. */
  static SignIn used(SignIn before, Instant at) {
    RefreshState refresh = before.refresh();
    return new SignIn(
        before.id(),
        before.person(),
        before.resource(),
        before.client(),
        before.scopes(),
        before.createdAt(),
        at,
        new RefreshState(
            refresh.generation() + 1, "d".repeat(64), Optional.of(refresh.currentHash()), at),
        before.isEnded(),
        before.version());
  }

  /** The same, as stored. */
  static SignIn stored(SignIn signIn, String uid, int version) {
    return new SignIn(
        signIn.id(),
        signIn.person(),
        signIn.resource(),
        signIn.client(),
        signIn.scopes(),
        signIn.createdAt(),
        signIn.lastUsedAt(),
        signIn.refresh(),
        signIn.isEnded(),
        Optional.of(new Version(uid, String.valueOf(version))));
  }
}
