package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.ServiceAccountIssuer;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TokenExchangeTokensTest {
  private static final SubjectToken OF_SECRET =
      new SubjectToken(null, new SubjectToken.SubjectSecret("alice-id", "id_token"), null);
  private static final SubjectToken OF_ACCOUNT =
      new SubjectToken(new ServiceAccountSource("backend", "git", null), null, null);

  private final ScriptedServer server = new ScriptedServer();
  private final EndpointCalls calls = EndpointCalls.limitedTo(1, 1, System::nanoTime);
  private final Issuer issuer =
      Issuer.at("https://git.example").with("alice-id", Map.of("id_token", "subject-1"));
  private ServiceAccountIssuer accounts =
      (namespace, source, wanted) ->
          new Token(
              namespace + "/" + source.name() + "/" + source.audience(),
              new TokenInfo(Instant.EPOCH, null, null));

  @Test
  void theSubjectTokenOfASecretIsExchanged() throws Exception {
    Token token = issue(issuer, OF_SECRET);
    assertThat(token.value()).isEqualTo("new-access");
    assertThat(token.info())
        .isEqualTo(new TokenInfo(ScriptedServer.OBTAINED, ScriptedServer.EXPIRES, null));
    assertThat(server.asked()).containsExactly("exchange subject-1 access_token");
  }

  @Test
  @Timeout(20)
  void theTokenOfAServiceAccountIsAskedForBeforeTheTurnAtTheEndpoint() throws Exception {
    ServiceAccountIssuer inTurn = accounts;
    accounts =
        (namespace, source, wanted) ->
            calls.call(
                EndpointCalls.KUBERNETES, wanted, () -> inTurn.issue(namespace, source, wanted));
    issue(issuer, OF_ACCOUNT);
    assertThat(server.asked()).containsExactly("exchange team/backend/git jwt");
  }

  @Test
  void aServiceAccountThatIsMissingEndsIt() {
    TokenFailure missing = new TokenFailure(TokenFailure.Kind.MISSING, "no such account");
    accounts =
        (namespace, source, wanted) -> {
          throw missing;
        };
    assertThat(catchThrowableOfType(TokenFailure.class, () -> issue(issuer, OF_ACCOUNT)))
        .isSameAs(missing);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void whatIsMissingIsSaidByTheCallAndByTheState() {
    for (Issuer lacking :
        List.of(
            issuer.with("alice-id", Map.of("other", "subject-1")),
            issuer.with(Issuer.CLIENT_SECRET, Map.of()),
            Issuer.at("https://git.example"))) {
      TokenFailure failure =
          catchThrowableOfType(TokenFailure.class, () -> issue(lacking, OF_SECRET));
      assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.MISSING);
      assertThat(failure.getMessage()).doesNotContain("subject-1");
      assertThat(state(lacking, OF_SECRET))
          .isEqualTo(new SourceState.Unavailable(TokenFailure.Kind.MISSING, failure.getMessage()));
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void theSettingsChangeWithClientAndSubjectTokenAndNothingElse() {
    SourceState before = state(issuer, OF_SECRET);
    assertThat(before.toString()).doesNotContain("subject-1", Issuer.PASSWORD);
    assertThat(
            state(
                issuer.with("alice-id", Map.of("id_token", "subject-1", "other", "x")), OF_SECRET))
        .isEqualTo(before);
    assertThat(state(issuer.with("alice-id", Map.of("id_token", "subject-2")), OF_SECRET))
        .isNotEqualTo(before);
    Issuer another =
        issuer.with(Issuer.CLIENT_SECRET, Map.of("client_id", "a", "client_secret", "b"));
    assertThat(state(another, OF_SECRET)).isNotEqualTo(before);
    assertThat(state(another, OF_ACCOUNT)).isNotEqualTo(state(issuer, OF_ACCOUNT));
  }

  private static OAuth2TokenExchangeSource source(Issuer issuer, SubjectToken subject) {
    return issuer.exchange(subject, List.of("git"), List.of());
  }

  private static SourceState state(Issuer issuer, SubjectToken subject) {
    return TokenExchangeTokens.state(source(issuer, subject), "team", issuer.lookup());
  }

  private Token issue(Issuer issuer, SubjectToken subject)
      throws TokenFailure, InterruptedException {
    TokenSpec spec =
        new TokenSpec(null, null, null, null, null, null, null, source(issuer, subject));
    return new TokenExchangeTokens(server, issuer.lookup(), accounts, calls)
        .issue(new TokenSource.Request("team", "alice", "uid-1", spec, held -> true));
  }
}
