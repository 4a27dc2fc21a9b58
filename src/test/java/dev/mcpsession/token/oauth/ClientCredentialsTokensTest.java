package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientCredentialsTokensTest {
  private final ScriptedServer server = new ScriptedServer();
  private final Issuer issuer = Issuer.at("https://git.example");

  @Test
  void aTokenIsAskedForWithTheClientOfTheSecret() throws Exception {
    Token token = issue(issuer);
    assertThat(token.value()).isEqualTo("new-access");
    assertThat(token.info())
        .isEqualTo(new TokenInfo(ScriptedServer.OBTAINED, ScriptedServer.EXPIRES, null));
    assertThat(server.asked()).containsExactly("client " + Issuer.ID + " " + Issuer.PASSWORD);
  }

  @Test
  void whatIsMissingIsSaidByTheCallAndByTheState() {
    for (Map<String, String> data :
        List.of(
            Map.<String, String>of(),
            Map.of("client_id", "a"),
            Map.of("client_id", "a", "client_secret", " "))) {
      Issuer lacking = issuer.with(Issuer.CLIENT_SECRET, data);
      TokenFailure failure = catchThrowableOfType(TokenFailure.class, () -> issue(lacking));
      assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.MISSING);
      assertThat(failure.getMessage()).contains(Issuer.CLIENT_SECRET);
      assertThat(state(lacking))
          .isEqualTo(new SourceState.Unavailable(TokenFailure.Kind.MISSING, failure.getMessage()));
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void theSettingsChangeWithTheClientAndItsAuthoritiesAndNothingElse() {
    SourceState.OnDemand before = (SourceState.OnDemand) state(issuer);
    assertThat(before.held()).isNull();
    assertThat(before.settings()).doesNotContain(Issuer.PASSWORD);
    assertThat(state(client(Map.of("unrelated", "x")))).isEqualTo(before);
    assertThat(state(client(Map.of("client_secret", "y")))).isNotEqualTo(before);
    assertThat(state(client(Map.of("client_id", "y")))).isNotEqualTo(before);
    assertThat(state(issuer.trusting("pem"))).isNotEqualTo(before);
    assertThat(state(issuer.trusting("pem"))).isNotEqualTo(state(issuer.trusting("other")));
  }

  @Test
  void anotherSourceIsAMistake() {
    TokenSpec none = new TokenSpec(null, null, null, null, null, null, null, null);
    assertThatIllegalArgumentException().isThrownBy(() -> tokens(issuer).issue(request(none)));
  }

  private Issuer client(Map<String, String> changes) {
    Map<String, String> data =
        new HashMap<>(Map.of("client_id", Issuer.ID, "client_secret", Issuer.PASSWORD));
    data.putAll(changes);
    return issuer.with(Issuer.CLIENT_SECRET, data);
  }

  private static SourceState state(Issuer issuer) {
    return ClientCredentialsTokens.state(issuer.clientCredentials(), "team", issuer.lookup());
  }

  private Token issue(Issuer issuer) throws TokenFailure, InterruptedException {
    return tokens(issuer)
        .issue(
            request(
                new TokenSpec(
                    null, null, null, null, null, null, issuer.clientCredentials(), null)));
  }

  private ClientCredentialsTokens tokens(Issuer issuer) {
    return new ClientCredentialsTokens(
        server, issuer.lookup(), EndpointCalls.limitedTo(1, 1, System::nanoTime));
  }

  private static TokenSource.Request request(TokenSpec spec) {
    return new TokenSource.Request("team", "alice", "uid-1", spec, held -> true);
  }
}
