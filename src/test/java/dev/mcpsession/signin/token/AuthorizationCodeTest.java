package dev.mcpsession.signin.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.key.SignInKeys;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthorizationCodeTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  private final SignInKeys keys = SignInKeys.generated(NOW, new SecureRandom());
  private final AuthorizationCode code =
      new AuthorizationCode(
          NOW.plus(AuthorizationCode.LIFETIME),
          new ClientName("ab".repeat(32), "Éditeur \"1\"", "editor.example"),
          "http://127.0.0.1:4711/callback?x=1",
          "challenge",
          new McpResource("team", "forgejo"),
          new Person(
              new Owner("https://git.example", "42"), "alice", Set.of("a", "b"), "fingerprint"),
          List.of("mcp", "more"));

  @Test
  void aCodeHoldsWhatItStandsFor() {
    assertThat(AuthorizationCode.open(keys, code.seal(keys, NOW))).hasValue(code);
  }

  @Test
  void twoCodesForTheSameAreDifferentAndBeginDifferentSignIns() {
    String one = code.seal(keys, NOW);
    String two = code.seal(keys, NOW);
    assertThat(one).isNotEqualTo(two);
    assertThat(AuthorizationCode.signInId(one))
        .matches("[0-9a-f]{40}")
        .isEqualTo(AuthorizationCode.signInId(one))
        .isNotEqualTo(AuthorizationCode.signInId(two));
  }

  @Test
  void whatIsSealedForAnythingElseIsNoCode() {
    String sealed = code.seal(keys, NOW);
    byte[] content = keys.open(Purpose.CODE, sealed).orElseThrow();
    assertThat(AuthorizationCode.open(keys, keys.seal(Purpose.PENDING, content, NOW))).isEmpty();
    assertThat(AuthorizationCode.open(SignInKeys.generated(NOW, new SecureRandom()), sealed))
        .isEmpty();
  }
}
