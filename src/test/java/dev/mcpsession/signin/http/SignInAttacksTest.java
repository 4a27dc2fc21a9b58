package dev.mcpsession.signin.http;

import static dev.mcpsession.signin.http.SiteClient.json;
import static dev.mcpsession.signin.http.SiteClient.pairs;
import static dev.mcpsession.signin.http.SiteClient.tokens;
import static dev.mcpsession.signin.http.SiteClient.with;
import static dev.mcpsession.signin.http.SiteFixture.FORGEJO;
import static dev.mcpsession.signin.http.SiteFixture.GITEA;
import static dev.mcpsession.signin.http.TestBrowser.consent;
import static dev.mcpsession.signin.http.TestBrowser.header;
import static dev.mcpsession.signin.http.TestBrowser.parameter;
import static dev.mcpsession.signin.http.TestBrowser.target;
import static dev.mcpsession.signin.http.TestBrowser.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.gateway.auth.Authentication;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.web.SignInPaths;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What somebody can try who has stolen something of a sign-in, or is in the way of one: from the
 * client's registration to the MCP endpoint, at two replicas (RFC 9700, section 4).
 */
class SignInAttacksTest {
  private static final McpResource RESOURCE = new McpResource("team", "forgejo");
  private static final McpResource OTHER_RESOURCE = new McpResource("team", "gitea");

  private final SiteFixture fixture = new SiteFixture();
  private final SignInSite otherReplica = fixture.replica();
  private final TestBrowser browser = new TestBrowser(fixture.site);
  private final SiteClient client = SiteClient.registered(fixture.site, "Editor");

  @BeforeEach
  void usersAreKnown() {
    fixture.providers.get("team/forgejo").gives("alices", "alice", "refresh-alice");
    fixture.providers.get("team/forgejo").gives("mallorys", "mallory", "refresh-mallory");
  }

  private String code() {
    return client.code(browser, FORGEJO, "alices");
  }

  private JsonNode signedIn() {
    return json(tokens(fixture.site, client.exchange(code(), FORGEJO)));
  }

  private Authentication at(McpResource resource, String token) {
    return fixture
        .authenticator
        .authenticate("Bearer " + token, resource)
        .toCompletableFuture()
        .join();
  }

  private void assertAccepted(JsonNode tokens) {
    assertThat(at(RESOURCE, tokens.path("access_token").asText()))
        .isInstanceOf(Authentication.Authenticated.class);
  }

  private void assertRejected(JsonNode tokens) {
    assertThat(at(RESOURCE, tokens.path("access_token").asText()))
        .isInstanceOf(Authentication.Rejected.class);
  }

  private static String error(SiteAnswer answer) {
    assertThat(answer.status()).isEqualTo(400);
    return json(answer).path("error").asText();
  }

  @ParameterizedTest
  @CsvSource({
    "code_verifier,, invalid_request",
    "code_verifier, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA, invalid_grant",
    "code_verifier, E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, invalid_grant",
    "client_id, other, invalid_grant",
    "client_id,, invalid_request",
    "redirect_uri, http://127.0.0.1:5001/callback, invalid_grant",
    "redirect_uri, https://other.example/callback, invalid_grant",
    "resource, https://mcp.example/team/gitea/mcp, invalid_target",
    "resource, https://mcp.example/, invalid_target",
    "grant_type, password, unsupported_grant_type",
    "grant_type, urn:ietf:params:oauth:grant-type:device_code, unsupported_grant_type"
  })
  void aStolenCodeIsWorthNothingWithoutAllThatBelongsToIt(String name, String value, String error) {
    Map<String, String> own = client.exchange(code(), FORGEJO);

    assertThat(error(tokens(otherReplica, with(own, name, value)))).isEqualTo(error);

    assertThat(fixture.signIns.all()).isEmpty();
    assertAccepted(json(tokens(fixture.site, own)));
  }

  @Test
  void aStolenCodeIsWorthNothingAtAClientThatRegisteredTheSame() {
    SiteClient thief = SiteClient.registered(fixture.site, "Editor");

    assertThat(error(tokens(fixture.site, thief.exchange(code(), FORGEJO))))
        .isEqualTo("invalid_grant");
  }

  @Test
  void aCodeIsGoodForLessThanAMinute() {
    Map<String, String> late = client.exchange(code(), FORGEJO);
    fixture.pass(Duration.ofSeconds(60));

    assertThat(error(tokens(fixture.site, late))).isEqualTo("invalid_grant");
    assertThat(fixture.signIns.all()).isEmpty();
  }

  @Test
  void aCodeThatIsUsedTwiceAtTwoReplicasEndsWhatItBegan() {
    Map<String, String> own = client.exchange(code(), FORGEJO);
    JsonNode first = json(tokens(fixture.site, own));
    assertAccepted(first);

    assertThat(error(tokens(otherReplica, own))).isEqualTo("invalid_grant");

    assertRejected(first);
    assertThat(error(tokens(fixture.site, client.refresh(first.path("refresh_token").asText()))))
        .isEqualTo("invalid_grant");
    assertThat(fixture.signIns.all()).singleElement().matches(SignIn::isEnded);
  }

  @Test
  void aRefreshTokenThatIsUsedTwiceAtTwoReplicasIsRepeatedForHalfAMinuteAndThenEndsAll() {
    Map<String, String> used = client.refresh(signedIn().path("refresh_token").asText());
    JsonNode second = json(tokens(fixture.site, used));

    fixture.pass(Duration.ofSeconds(29));
    JsonNode repeated = json(tokens(otherReplica, used));
    assertThat(repeated.path("refresh_token")).isEqualTo(second.path("refresh_token"));
    assertAccepted(repeated);

    fixture.pass(Duration.ofSeconds(1));
    assertThat(error(tokens(otherReplica, used))).isEqualTo("invalid_grant");
    assertRejected(second);
    assertThat(error(tokens(fixture.site, client.refresh(second.path("refresh_token").asText()))))
        .isEqualTo("invalid_grant");
  }

  @Test
  void aRefreshTokenIsWorthNothingToAnotherClientAndStaysGoodForItsOwn() {
    String token = signedIn().path("refresh_token").asText();
    SiteClient thief = SiteClient.registered(fixture.site, "Editor");

    assertThat(error(tokens(fixture.site, thief.refresh(token)))).isEqualTo("invalid_grant");

    assertAccepted(json(tokens(fixture.site, client.refresh(token))));
  }

  @Test
  void tokensOfOneTemplateAreWorthNothingAtAnother() {
    JsonNode tokens = signedIn();
    String accessToken = tokens.path("access_token").asText();

    assertThat(at(OTHER_RESOURCE, accessToken)).isInstanceOf(Authentication.Rejected.class);
    assertThat(
            error(
                tokens(
                    fixture.site,
                    with(
                        client.refresh(tokens.path("refresh_token").asText()), "resource", GITEA))))
        .isEqualTo("invalid_target");
    assertAccepted(tokens);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:5000/other",
        "http://127.0.0.1:5000/callback/",
        "http://127.0.0.1:5000/callback/../evil",
        "http://127.0.0.1:5000/callback?next=https://evil.example",
        "http://127.0.0.1:5000/callback#fragment",
        "http://user:password@127.0.0.1:5000/callback",
        "http://127.0.0.1:5000@evil.example/callback",
        "http://evil.example\\@127.0.0.1:5000/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://localhost:5000/callback",
        "http://localhost.evil.example:5000/callback",
        "http://[::1]:5000/callback",
        "http://2130706433:5000/callback",
        "http://127.1:5000/callback",
        "https://127.0.0.1:5000/callback",
        "https://evil.example/callback",
        "//evil.example/callback",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "editor://callback",
        "http://127.0.0.1:5000/callback\r\nSet-Cookie: a=b",
        "http://127.0.0.1:5000/callback\0",
        "http://127.0.0.1:5000/callback%00",
        "http://127.0.0.1:5000/\u202ecallback"
      })
  void nothingIsSentToAnAddressThatTheClientHasNotRegistered(String redirectUri) {
    SiteAnswer told =
        browser.get(
            SignInPaths.AUTHORIZE,
            pairs(with(client.request(FORGEJO), "redirect_uri", redirectUri)));

    assertThat(told.status()).isEqualTo(400);
    assertThat(header(told, "Location")).isEmpty();
    assertThat(text(told)).doesNotContain("http-equiv", "evil.example", "href", redirectUri);
    HarmlessAnswer.assertHarmless(told);
  }

  @Test
  void theHostsThatHttpsMayReturnToAreThoseOfTheConfigurationWithTheirPort() {
    SiteClient other = new SiteClient("other");
    Map<String, String> request =
        with(other.request(FORGEJO), "redirect_uri", "https://other.example/callback");

    assertThat(browser.get(SignInPaths.AUTHORIZE, pairs(request)).status()).isEqualTo(200);
    for (String elsewhere :
        new String[] {
          "https://other.example:8443/callback",
          "http://other.example/callback",
          "https://other.example/callback2",
          "https://sub.other.example/callback"
        }) {
      assertThat(
              browser
                  .get(SignInPaths.AUTHORIZE, pairs(with(request, "redirect_uri", elsewhere)))
                  .status())
          .as(elsewhere)
          .isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "code_challenge,, invalid_request",
    "code_challenge_method, plain, invalid_request",
    "code_challenge_method,, invalid_request",
    "response_type, token, unsupported_response_type",
    "response_type, code token, unsupported_response_type",
    "response_mode, fragment, invalid_request",
    "response_mode, form_post, invalid_request",
    "response_mode, web_message, invalid_request",
    "request, eyJhbGciOiJub25lIn0.e30., request_not_supported",
    "request_uri, https://evil.example/request.jwt, request_not_supported",
    "resource,, invalid_target",
    "resource, https://evil.example/team/forgejo/mcp, invalid_target",
    "resource, https://mcp.example/team/nothing/mcp, invalid_target"
  })
  void aWeakerRequestIsRefusedAndTheAnswerNamesItsIssuer(String name, String value, String error) {
    SiteAnswer refused =
        browser.get(SignInPaths.AUTHORIZE, pairs(with(client.request(FORGEJO), name, value)));

    assertThat(target(refused)).startsWith(SiteClient.REDIRECT + "?");
    assertThat(parameter(target(refused), "error")).contains(error);
    assertThat(parameter(target(refused), "iss")).contains(SiteFixture.ISSUER);
    assertThat(parameter(target(refused), "state")).contains("the-client's");
    assertThat(parameter(target(refused), "code")).isEmpty();
  }

  @Test
  void anotherClientOfTheSameNameIsAskedForAnewAndSaidToBeCheckedByNobody() {
    signedIn();
    assertThat(client.allowed(browser, FORGEJO)).as("known").startsWith("https://git.example/");
    SiteClient impostor = SiteClient.registered(fixture.site, "Edi\u200btor \u202e");

    SiteAnswer page = browser.get(SignInPaths.AUTHORIZE, pairs(impostor.request(FORGEJO)));

    assertThat(page.status()).isEqualTo(200);
    assertThat(text(page))
        .contains("Editor", "Nobody has checked this name", "Registered itself", "127.0.0.1:5000")
        .doesNotContain("which vouches for the name", "\u200b", "\u202e");
    SiteAnswer genuine =
        browser.get(SignInPaths.AUTHORIZE, pairs(new SiteClient("document").request(FORGEJO)));
    assertThat(text(genuine))
        .contains("From editor.example, which vouches for the name")
        .doesNotContain("Nobody has checked");
  }

  @Test
  void whatOneBrowserIsAskedAnotherCannotAnswerEvenWithAConsentOfItsOwn() {
    TestBrowser mallory = new TestBrowser(fixture.site);
    client.allowed(mallory, FORGEJO);
    String asked =
        consent(
            mallory.get(
                SignInPaths.AUTHORIZE,
                pairs(SiteClient.registered(fixture.site, "Evil").request(FORGEJO))));
    client.allowed(browser, FORGEJO);

    SiteAnswer forged = browser.post(SignInPaths.AUTHORIZE, "request", asked, "decision", "allow");

    assertThat(forged.status()).isEqualTo(400);
    assertThat(text(forged)).contains("Nothing was allowed");
  }

  @Test
  void aConsentIsForItsClientTemplateAndScopesAlone() {
    client.allowed(browser, FORGEJO);

    SiteAnswer another = browser.get(SignInPaths.AUTHORIZE, pairs(client.request(GITEA)));

    assertThat(text(another)).contains("Allow", "team/gitea");
  }

  @Test
  void nobodyIsSignedInAtTheAccountPageByALinkThatSomebodyElseBegan() {
    TestBrowser mallory = new TestBrowser(fixture.site);
    SiteAnswer leaving = mallory.post(SignInPaths.ACCOUNT, "provider", "of git.example");
    String state = parameter(target(leaving), "state").orElseThrow();

    SiteAnswer forged = browser.get(SignInPaths.CALLBACK, "state", state, "code", "mallorys");

    assertThat(forged.status()).isEqualTo(400);
    assertThat(browser.cookies).isEmpty();
    assertThat(fixture.signIns.all()).isEmpty();
    SiteAnswer own = mallory.get(SignInPaths.CALLBACK, "state", state, "code", "mallorys");
    assertThat(target(own)).as("in the browser that began it").isEqualTo(SignInPaths.ACCOUNT);
  }

  @Test
  void aRefreshTokenIsNoAccessTokenAndAnAccessTokenNoRefreshToken() {
    JsonNode tokens = signedIn();

    assertThat(at(RESOURCE, tokens.path("refresh_token").asText()))
        .isInstanceOf(Authentication.Rejected.class);
    assertThat(error(tokens(fixture.site, client.refresh(tokens.path("access_token").asText()))))
        .isEqualTo("invalid_grant");
    assertAccepted(tokens);
  }

  @Test
  void whatIsSealedForOnePurposeIsWorthNothingForAnother() {
    Map<String, String> values = sealedValues(client, browser);
    String code = values.get("code");

    values.forEach(
        (what, value) -> {
          TestBrowser victim = new TestBrowser(fixture.site);
          if (!what.equals("client")) {
            assertThat(authorize(victim, value).status()).as("%s as client", what).isEqualTo(400);
          }
          if (!what.equals("code")) {
            assertThat(error(tokens(fixture.site, client.exchange(value, FORGEJO))))
                .as("%s as code", what)
                .isEqualTo("invalid_grant");
          }
          assertThat(error(tokens(fixture.site, client.refresh(value))))
              .as("%s as refresh token", what)
              .isEqualTo("invalid_grant");
          assertThat(at(RESOURCE, value))
              .as("%s as access token", what)
              .isInstanceOf(Authentication.Rejected.class);
          assertNoBrowserIsFooled(what, value);
        });
    assertAccepted(json(tokens(fixture.site, client.exchange(code, FORGEJO))));
  }

  @Test
  void whatAnotherGatewayHasSealedIsWorthNothing() {
    SiteFixture elsewhere = new SiteFixture();
    elsewhere.providers.get("team/forgejo").gives("alices", "alice", "refresh-alice");
    elsewhere.providers.get("team/forgejo").gives("mallorys", "mallory", "refresh-mallory");
    Map<String, String> values =
        sealedValues(
            SiteClient.registered(elsewhere.site, "Editor"), new TestBrowser(elsewhere.site));

    values.forEach(
        (what, value) -> {
          assertThat(authorize(browser, value).status()).as(what).isEqualTo(400);
          assertThat(error(tokens(fixture.site, client.exchange(value, FORGEJO))))
              .as(what)
              .isEqualTo("invalid_grant");
          assertNoBrowserIsFooled("", value);
        });
  }

  private SiteAnswer authorize(TestBrowser with, String clientId) {
    return with.get(
        SignInPaths.AUTHORIZE, pairs(with(client.request(FORGEJO), "client_id", clientId)));
  }

  /** One of each kind, by what it is for. */
  private static Map<String, String> sealedValues(SiteClient client, TestBrowser browser) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("client", client.id);
    values.put(
        "consent", consent(browser.get(SignInPaths.AUTHORIZE, pairs(client.request(FORGEJO)))));
    client.allowed(browser, FORGEJO);
    values.put("consents", browser.cookies.get("__Host-mcp-consents"));
    values.put(
        "flow",
        browser.cookies.entrySet().stream()
            .filter(it -> it.getKey().startsWith("__Host-mcp-flow-"))
            .findFirst()
            .orElseThrow()
            .getValue());
    values.put("code", client.code(browser, FORGEJO, "alices"));
    String state =
        parameter(target(browser.post(SignInPaths.ACCOUNT, "provider", "of git.example")), "state")
            .orElseThrow();
    browser.get(SignInPaths.CALLBACK, "state", state, "code", "mallorys");
    values.put("account", browser.cookies.get("__Host-mcp-account"));
    return values;
  }

  private void assertNoBrowserIsFooled(String what, String value) {
    TestBrowser fooled = new TestBrowser(fixture.site);
    fooled.cookies.put("__Host-mcp-browser", "b");
    assertThat(fooled.post(SignInPaths.AUTHORIZE, "request", value, "decision", "allow").status())
        .as("%s as the page of consent", what)
        .isEqualTo(400);
    fooled.cookies.put("__Host-mcp-consents", value);
    SiteAnswer asked = fooled.get(SignInPaths.AUTHORIZE, pairs(client.request(FORGEJO)));
    if (!what.equals("consents")) {
      assertThat(asked.status()).as("%s as a consent", what).isEqualTo(200);
    }
    if (!what.equals("flow")) {
      fooled.cookies.put("__Host-mcp-flow-x", value);
      assertThat(fooled.get(SignInPaths.CALLBACK, "state", "x", "code", "alices").status())
          .as("%s as a flow", what)
          .isEqualTo(400);
    }
    if (!what.equals("account")) {
      fooled.cookies.put("__Host-mcp-account", value);
      assertThat(text(fooled.get(SignInPaths.ACCOUNT)))
          .as("%s at the account page", what)
          .contains("Sign in to your account");
    }
  }

  @Test
  void aCodeOfOneUpstreamIsNotSentToAnother() {
    String forgejos = parameter(client.allowed(browser, FORGEJO), "state").orElseThrow();
    String others = parameter(client.allowed(browser, GITEA), "state").orElseThrow();
    assertThat(others).isNotEqualTo(forgejos);

    SiteAnswer mixedUp = browser.get(SignInPaths.CALLBACK, "state", others, "code", "alices");

    assertThat(mixedUp.status()).isEqualTo(403);
    assertThat(fixture.providers.get("team/forgejo").codes).containsKey("alices");
    assertThat(fixture.signIns.all()).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(ProviderException.Kind.values()).map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whoComesBackWithAFaultGetsNoCodeAndTheClientLearnsWhoSaysSo(ProviderException.Kind kind) {
    fixture.providers.get("team/forgejo").failure = new ProviderException(kind, "It is so.");
    String state = parameter(client.allowed(browser, FORGEJO), "state").orElseThrow();

    SiteAnswer told = browser.get(SignInPaths.CALLBACK, "state", state, "code", "alices");

    assertThat(told.status()).isGreaterThanOrEqualTo(400);
    assertThat(text(told)).contains("iss=https%3A%2F%2Fmcp.example").doesNotContain("code=");
    assertThat(Optional.ofNullable(browser.cookies.get("__Host-mcp-flow-" + state)))
        .as("the flow is over")
        .isEmpty();
  }
}
