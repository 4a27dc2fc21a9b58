package dev.mcpsession.signin.token;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import dev.mcpsession.signin.identity.SignInLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A sign-in of alice with an editor, for tests. */
public final class SomeSignIn {
  public static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  public static final String ISSUER = "https://mcp.example";
  public static final McpResource RESOURCE = new McpResource("team", "forgejo");
  public static final String RESOURCE_URL = "https://mcp.example/team/forgejo/mcp";
  public static final String CLIENT = "https://editor.example/client.json";
  public static final String REDIRECT = "http://127.0.0.1:4711/callback";
  public static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  public static final Owner OWNER = new Owner("https://git.example", "42");
  public static final List<String> SCOPES = List.of("mcp", "more");
  public static final Duration IDLE = Duration.ofDays(14);
  public static final Duration ABSOLUTE = Duration.ofDays(90);
  public static final Duration LIFETIME = Duration.ofMinutes(10);

  private SomeSignIn() {}

  /** The code that a user's consent at {@link #NOW} gives the client. */
  public static AuthorizationCode code() {
    return new AuthorizationCode(
        NOW.plus(AuthorizationCode.LIFETIME),
        new ClientName(TokenRules.clientHash(CLIENT), "Editor", "editor.example"),
        REDIRECT,
        CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(VERIFIER)).getValue(),
        RESOURCE,
        new Person(OWNER, "alice", Set.of("staff", "git"), "fingerprint"),
        SCOPES);
  }

  /** What is stored once the client has given that code for tokens, at once. */
  public static SignIn stored(String id) {
    AuthorizationCode code = code();
    return new SignIn(
        id,
        code.person(),
        Optional.of(code.resource()),
        Optional.of(code.client()),
        code.scopes(),
        NOW,
        NOW,
        new RefreshState(1, "a".repeat(64), Optional.empty(), NOW),
        false,
        Optional.empty());
  }

  public static TokenRules rules() {
    return new TokenRules(SomeSignIn::url, new SignInLimits(IDLE, ABSOLUTE));
  }

  public static AccessTokens accessTokens() {
    return new AccessTokens(ISSUER, SomeSignIn::url, LIFETIME);
  }

  private static String url(McpResource resource) {
    return ISSUER + resource.path();
  }
}
