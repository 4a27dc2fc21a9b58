package dev.mcpsession.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.mcpsession.issuer.ForgejoIssuer;
import dev.mcpsession.issuer.IssuerFault;
import dev.mcpsession.issuer.TokenAnswer;
import dev.mcpsession.issuer.TokenClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forgejo's stand-in shows its page, and people get through it. */
class UserAgentTest {
  private static final String REDIRECT = "http://127.0.0.1:9/callback";
  private static final CodeVerifier VERIFIER = new CodeVerifier("v".repeat(43));

  @AutoClose private final ForgejoIssuer forgejo = ForgejoIssuer.start();
  @AutoClose private final HttpPerson person = new HttpPerson();

  @BeforeEach
  void register() {
    forgejo.registerRedirectUri(REDIRECT);
  }

  private String url(String more) {
    return forgejo.authorizationEndpoint()
        + "?response_type=code&client_id="
        + forgejo.clientId()
        + "&redirect_uri="
        + REDIRECT
        + "&state=st%26te&code_challenge_method=S256&code_challenge="
        + CodeChallenge.compute(CodeChallengeMethod.S256, VERIFIER)
        + more;
  }

  private static Map<String, String> query(String url) {
    return Arrays.stream(URI.create(url).getQuery().split("&(?=[a-z_]+=)", -1))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private TokenAnswer redeem(String code, String redirectUri, String verifier) {
    return TokenClient.of(forgejo)
        .post(
            forgejo.tokenEndpoint(),
            Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "redirect_uri", redirectUri,
                "code_verifier", verifier));
  }

  @Test
  void aPersonSignsInByHttp() {
    signsIn(person);
  }

  @Test
  @InBrowser
  void aPersonSignsInWithABrowser() {
    try (Browser browser = new Browser()) {
      signsIn(browser);
    }
  }

  private void signsIn(UserAgent agent) {
    forgejo.groups("alice", "staff");
    String back = agent.signIn(url(""), "alice", REDIRECT);
    assertThat(query(back)).containsOnlyKeys("code", "state").containsEntry("state", "st&te");
    String code = query(back).get("code");
    TokenAnswer answer = redeem(code, REDIRECT, VERIFIER.getValue());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(forgejo.userOf(answer.accessToken())).isEqualTo("alice");
    assertThat(forgejo.secrets()).contains(code, answer.refreshToken());
    agent.open(forgejo.userInfoEndpoint());
    assertThat(agent.text()).doesNotContain("alice");
    assertThat(redeem(code, REDIRECT, VERIFIER.getValue()).failure())
        .isEqualTo("400 unauthorized_client: client is not authorized");
    assertThat(
            TokenClient.of(forgejo)
                .refresh(forgejo.tokenEndpoint(), answer.refreshToken())
                .status())
        .isEqualTo(200);
    assertThat(forgejo.refreshes()).isOne();
    assertThat(forgejo.presentedTwice()).isEmpty();
  }

  @Test
  void theUserInfoSaysWhoseATokenIs() {
    forgejo.groups("alice", "staff");
    String code = query(person.signIn(url(""), "alice", REDIRECT)).get("code");
    String token = redeem(code, REDIRECT, VERIFIER.getValue()).accessToken();
    TokenAnswer info =
        TokenClient.of(forgejo)
            .send(
                HttpRequest.newBuilder(URI.create(forgejo.userInfoEndpoint()))
                    .header("Authorization", "Bearer " + token));
    assertThat(info.text("sub")).isEqualTo("" + forgejo.userId("alice"));
    assertThat(info.text("preferred_username")).isEqualTo("alice");
    assertThat(info.body().path("groups").path(0).asText()).isEqualTo("staff");
  }

  @Test
  void aCodeIsGoodForItsRedirectUriAndItsVerifierOnly() {
    String code = query(person.signIn(url(""), "alice", REDIRECT)).get("code");
    assertThat(redeem(code, REDIRECT + "/other", VERIFIER.getValue()).failure())
        .isEqualTo("400 unauthorized_client: unexpected redirect URI");
    assertThat(redeem(code, REDIRECT, "w".repeat(43)).failure())
        .isEqualTo("400 unauthorized_client: failed PKCE code challenge");
    assertThat(redeem(code, REDIRECT, "").failure())
        .isEqualTo("400 unauthorized_client: failed PKCE code challenge");
    assertThat(redeem(code, REDIRECT, VERIFIER.getValue()).status()).isEqualTo(200);
  }

  @Test
  void whoDeniesGoesBackWithAnError() {
    person.open(url(""));
    person.press("Deny");
    assertThat(query(person.url()))
        .containsEntry("error", "access_denied")
        .containsEntry("state", "st&te");
    forgejo.deniesConsent(true);
    assertThat(query(person.signIn(url(""), "alice", REDIRECT)))
        .containsEntry("error", "access_denied");
  }

  @Test
  void nobodyIsSentToWhereNothingIsRegistered() {
    person.open(url("").replace("callback", "other"));
    assertThat(person.text()).contains("Unregistered Redirect URI");
    person.open(url("").replace(forgejo.clientId(), "nobody"));
    assertThat(person.text()).contains("Client ID is not registered");
    person.open(url("").replace("S256", "plain"));
    assertThat(query(person.url())).containsEntry("error", "invalid_request");
    assertThatThrownBy(() -> person.signIn(url("").replace("callback", "other"), "alice", REDIRECT))
        .hasMessageContaining("There is nothing to do at");
  }

  @Test
  void itsPagesCanBeAwayAndARefreshTokenLeftOut() {
    forgejo.pagesAreAway(true);
    person.open(url(""));
    assertThat(person.answer().orElseThrow().statusCode()).isEqualTo(503);
    forgejo.pagesAreAway(false);
    forgejo.failNext(1, new IssuerFault.NoRefreshToken());
    String code = query(person.signIn(url(""), "alice", REDIRECT)).get("code");
    TokenAnswer answer = redeem(code, REDIRECT, VERIFIER.getValue());
    assertThat(answer.body().has("refresh_token")).isFalse();
    assertThat(forgejo.isActive(answer.accessToken())).isTrue();
  }
}
