package dev.mcpsession.signin.http;

import static dev.mcpsession.signin.http.SiteFixture.FORGEJO;
import static dev.mcpsession.signin.http.SiteFixture.GITEA;
import static dev.mcpsession.signin.http.TestBrowser.consent;
import static dev.mcpsession.signin.http.TestBrowser.header;
import static dev.mcpsession.signin.http.TestBrowser.parameter;
import static dev.mcpsession.signin.http.TestBrowser.target;
import static dev.mcpsession.signin.http.TestBrowser.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplateSpec.Access;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.signin.http.SiteFixture.FakeProvider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.web.SignInPaths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the client's request to the code that answers it, as a browser and its attackers see it. */
class SignInFlowTest {
  private static final String REDIRECT = "http://127.0.0.1:5000/callback";
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private final SiteFixture fixture = new SiteFixture();
  private final TestBrowser browser = new TestBrowser(fixture.site);
  private final FakeProvider forgejo = fixture.providers.get("team/forgejo");
  private final FakeProvider gitea = fixture.providers.get("team/gitea");
  private final FakeProvider sso = fixture.providers.get("identity");

  @BeforeEach
  void usersAreKnown() {
    forgejo.gives("alices", "alice", "refresh-alice");
    forgejo.gives("bobs", "bob", "refresh-bob");
    gitea.gives("giteas", "alice-at-gitea", "refresh-gitea");
    sso.gives("ssos", "alice", null);
  }

  private SiteAnswer authorize(TestBrowser with, String resource, String... more) {
    List<String> query =
        new ArrayList<>(
            List.of(
                "client_id", "editor",
                "redirect_uri", REDIRECT,
                "response_type", "code",
                "code_challenge", CHALLENGE,
                "code_challenge_method", "S256",
                "state", "the-client's",
                "resource", resource));
    query.addAll(List.of(more));
    return with.get(SignInPaths.AUTHORIZE, query.toArray(String[]::new));
  }

  private SiteAnswer allow(TestBrowser with, SiteAnswer page) {
    return with.post(SignInPaths.AUTHORIZE, "request", consent(page), "decision", "allow");
  }

  /** To the provider: the state that it gets. */
  private String departed(String resource) {
    return parameter(target(allow(browser, authorize(browser, resource))), "state").orElseThrow();
  }

  private static SiteAnswer arrive(TestBrowser with, String state, String code) {
    return with.get(SignInPaths.CALLBACK, "state", state, "code", code);
  }

  private Optional<String> grant(String template, String issuer, String subject) {
    return fixture.grants.refreshToken(fixture.template(template), new Owner(issuer, subject));
  }

  @Test
  void aUserOfTheUpstreamConsentsSignsInAndTheClientGetsACode() {
    SiteAnswer page = authorize(browser, FORGEJO);

    assertThat(page.status()).isEqualTo(200);
    assertThat(text(page)).contains("Editor", "team/forgejo", "git.example", "read:repository");
    assertThat(forgejo.departures).as("nothing went upstream before the consent").isEmpty();

    SiteAnswer leaving = allow(browser, page);
    assertThat(target(leaving)).startsWith("https://git.example/authorize?state=");

    SiteAnswer back = arrive(browser, parameter(target(leaving), "state").orElseThrow(), "alices");
    assertThat(back.status()).isEqualTo(303);
    assertThat(target(back)).startsWith(REDIRECT);
    assertThat(parameter(target(back), "state")).contains("the-client's");
    assertThat(parameter(target(back), "iss")).contains(SiteFixture.ISSUER);
    assertThat(parameter(target(back), "code")).isPresent();
    assertThat(grant("forgejo", "https://git.example", "alice")).contains("refresh-alice");
    assertThat(fixture.signIns.all()).as("nothing is stored before the exchange").isEmpty();
    assertThat(fixture.told).containsExactly("upstream completed");
  }

  @Test
  void aUserOfTheIdentityProviderGivesTheUpstreamsGrantInTheSameVisitAndOnlyOnce() {
    SiteAnswer next = arrive(browser, departed(GITEA), "ssos");
    assertThat(target(next)).startsWith("https://gitea.example/authorize");
    SiteAnswer back = arrive(browser, parameter(target(next), "state").orElseThrow(), "giteas");

    assertThat(target(back)).startsWith(REDIRECT);
    assertThat(grant("gitea", "https://sso.example", "alice")).contains("refresh-gitea");
    assertThat(fixture.told).as("one visit").containsExactly("issuer completed");

    sso.gives("again", "alice", null);
    SiteAnswer known = authorize(browser, GITEA);
    assertThat(target(known)).as("no second consent").startsWith("https://sso.example/");
    SiteAnswer second = arrive(browser, parameter(target(known), "state").orElseThrow(), "again");
    assertThat(target(second)).as("no second grant").startsWith(REDIRECT);
  }

  @Test
  void aRejectedGrantIsAskedForAnew() {
    arrive(
        browser,
        parameter(target(arrive(browser, departed(GITEA), "ssos")), "state").orElseThrow(),
        "giteas");
    fixture.grants.reject(fixture.template("gitea"), new Owner("https://sso.example", "alice"));
    sso.gives("again", "alice", null);

    SiteAnswer known = authorize(browser, GITEA);

    assertThat(target(arrive(browser, parameter(target(known), "state").orElseThrow(), "again")))
        .startsWith("https://gitea.example/authorize");
  }

  @Test
  void anotherBrowserIsAskedForItsOwnConsent() {
    arrive(browser, departed(FORGEJO), "alices");

    assertThat(target(authorize(browser, FORGEJO))).startsWith("https://git.example/");
    assertThat(text(authorize(new TestBrowser(fixture.site), FORGEJO))).contains("Allow");
  }

  @Test
  void anotherClientIsAskedForAnotherConsent() {
    arrive(browser, departed(FORGEJO), "alices");

    SiteAnswer page =
        browser.get(
            SignInPaths.AUTHORIZE,
            "client_id",
            "other",
            "redirect_uri",
            "https://other.example/callback",
            "response_type",
            "code",
            "code_challenge",
            CHALLENGE,
            "code_challenge_method",
            "S256",
            "resource",
            FORGEJO);

    assertThat(text(page)).contains("Allow", "Other", "other.example");
  }

  @Test
  void consentCannotBeSkippedByPostingWithoutThePage() {
    SiteAnswer forged = browser.post(SignInPaths.AUTHORIZE, "request", "x.y", "decision", "allow");

    assertThat(forged.status()).isEqualTo(400);
    assertThat(forgejo.departures).isEmpty();
  }

  @Test
  void aPageOfConsentOfTheAttackersBrowserIsOfNoUseInTheVictims() {
    String attackers = consent(authorize(new TestBrowser(fixture.site), FORGEJO));
    authorize(browser, FORGEJO);

    SiteAnswer forged =
        browser.post(SignInPaths.AUTHORIZE, "request", attackers, "decision", "allow");

    assertThat(forged.status()).isEqualTo(400);
    assertThat(text(forged)).contains("Nothing was allowed");
  }

  @Test
  void aPageOfConsentIsGoodForAnHour() {
    SiteAnswer page = authorize(browser, FORGEJO);
    fixture.pass(Duration.ofHours(1));

    assertThat(allow(browser, page).status()).isEqualTo(400);
  }

  @Test
  void theClientIsToldThatTheUserDoesNotAllowIt() {
    SiteAnswer denied =
        browser.post(
            SignInPaths.AUTHORIZE,
            "request",
            consent(authorize(browser, FORGEJO)),
            "decision",
            "deny");

    assertThat(target(denied)).startsWith(REDIRECT);
    assertThat(parameter(target(denied), "error")).contains("access_denied");
    assertThat(text(authorize(browser, FORGEJO))).as("asked again").contains("Allow");
    assertThat(fixture.told).containsExactly("authorize access_denied");
  }

  @Test
  void pagesCannotBeFramedOrKept() {
    SiteAnswer page = authorize(browser, FORGEJO);

    assertThat(header(page, "Content-Security-Policy"))
        .hasValueSatisfying(
            it -> assertThat(it).contains("frame-ancestors 'none'", "default-src 'none'"));
    assertThat(header(page, "X-Frame-Options")).contains("DENY");
    assertThat(header(page, "Cache-Control")).contains("no-store");
    assertThat(page.headers().stream().filter(it -> it.name().equals("Set-Cookie")))
        .allSatisfy(
            it ->
                assertThat(it.value())
                    .startsWith("__Host-")
                    .contains("HttpOnly", "SameSite=Lax", "Secure", "Path=/"));
  }

  @Test
  void aStateThatWasNotGivenOutIsOfNoUse() {
    departed(FORGEJO);

    SiteAnswer forged = arrive(browser, "AAAAAAAAAAAAAAAAAAAAAA", "alices");

    assertThat(forged.status()).isEqualTo(400);
    assertThat(forgejo.codes).as("the code was not sent").containsKey("alices");
    assertThat(fixture.told).containsExactly("callback invalid_request");
  }

  @Test
  void whatAnotherBrowserBeganCannotBeGoneOnWith() {
    TestBrowser attacker = new TestBrowser(fixture.site);
    String attackers =
        parameter(target(allow(attacker, authorize(attacker, FORGEJO))), "state").orElseThrow();

    assertThat(arrive(browser, attackers, "alices").status()).isEqualTo(400);
    assertThat(grant("forgejo", "https://git.example", "alice")).isEmpty();
  }

  @Test
  void aFlowEndsWithItsFirstArrival() {
    String state = departed(FORGEJO);
    arrive(browser, state, "alices");

    assertThat(arrive(browser, state, "bobs").status()).isEqualTo(400);
    assertThat(grant("forgejo", "https://git.example", "bob")).isEmpty();
  }

  @Test
  void aFlowIsGoodForAQuarterOfAnHour() {
    String state = departed(FORGEJO);
    fixture.pass(Duration.ofMinutes(15));

    assertThat(arrive(browser, state, "alices").status()).isEqualTo(400);
  }

  @Test
  void aProviderThatWasExchangedForAnotherMeanwhileGetsNoCode() {
    String state = departed(FORGEJO);
    forgejo.fingerprint = "of an attacker's endpoints";

    SiteAnswer mixedUp = arrive(browser, state, "alices");

    assertThat(mixedUp.status()).isEqualTo(400);
    assertThat(forgejo.codes).containsKey("alices");
  }

  @Test
  void aTemplateThatIsGoneMeanwhileIsSaidToBe() {
    String state = departed(FORGEJO);
    fixture.templates.remove("team/forgejo");

    assertThat(text(arrive(browser, state, "alices"))).contains("not offered any more");
  }

  @Test
  void theClientIsToldThatTheUserDeclinedUpstream() {
    String state = departed(FORGEJO);

    SiteAnswer denied = browser.get(SignInPaths.CALLBACK, "state", state, "error", "access_denied");

    assertThat(target(denied)).startsWith(REDIRECT);
    assertThat(parameter(target(denied), "error")).contains("access_denied");
    assertThat(parameter(target(denied), "state")).contains("the-client's");
    assertThat(fixture.told).containsExactly("upstream denied");
  }

  @ParameterizedTest
  @CsvSource({"AWAY, 503", "REFUSED, 403", "MISMATCH, 400", "MISCONFIGURED, 500"})
  void theUserIsToldWhatTheProviderDidAndCanReturnToTheClient(
      ProviderException.Kind kind, int status) {
    String state = departed(FORGEJO);
    forgejo.failure = new ProviderException(kind, "git.example does not do that.");

    SiteAnswer told = arrive(browser, state, "alices");

    assertThat(told.status()).isEqualTo(status);
    assertThat(text(told))
        .contains("git.example does not do that.", "Return to Editor", REDIRECT, "error=");
    assertThat(fixture.told).containsExactly("upstream " + kind.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void theUserIsToldInWordsThatTheUpstreamGaveNoRefreshToken() {
    forgejo.gives("without", "alice", null);

    SiteAnswer told = arrive(browser, departed(FORGEJO), "without");

    assertThat(told.status()).isEqualTo(502);
    assertThat(fixture.told).containsExactly("upstream no_refresh_token");
    assertThat(text(told)).contains("git.example gave no refresh token", "offline_access");
    assertThat(grant("forgejo", "https://git.example", "alice")).isEmpty();
  }

  @Test
  void whoMayNotUseWhatTheClientAsksForGivesNothing() {
    String state = departed(FORGEJO);
    fixture
        .template("forgejo")
        .setSpec(SpecWithAccess.of(fixture.template("forgejo").getSpec(), List.of("bob")));

    SiteAnswer told = arrive(browser, state, "alices");

    assertThat(told.status()).isEqualTo(403);
    assertThat(text(told)).contains("signed in as alice");
    assertThat(fixture.told).containsExactly("callback access_denied");
    assertThat(grant("forgejo", "https://git.example", "alice")).isEmpty();
    assertThat(forgejo.revoked).containsExactly("refresh-alice");
  }

  @Test
  void anErrorOfAProviderIsShownOnlyIfItIsAName() {
    SiteAnswer told =
        browser.get(
            SignInPaths.CALLBACK, "state", departed(FORGEJO), "error", "<script>alert(1)</script>");

    assertThat(text(told)).doesNotContain("<script", "alert(1)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody's", "<script>alert(1)</script>"})
  void anUnknownClientIsToldToTheUserAndNothingIsSentAnywhere(String clientId) {
    SiteAnswer told =
        browser.get(
            SignInPaths.AUTHORIZE,
            "client_id",
            clientId,
            "redirect_uri",
            "https://evil.example/",
            "response_type",
            "code");

    assertThat(told.status()).isEqualTo(400);
    assertThat(header(told, "Location")).isEmpty();
    assertThat(text(told)).doesNotContain("evil.example", "<script");
    assertThat(fixture.told).containsExactly("authorize invalid_client");
  }

  @Test
  void aClientThatCannotBeCheckedNowIsWorthAnotherTry() {
    SiteAnswer told = browser.get(SignInPaths.AUTHORIZE, "client_id", "away");

    assertThat(told.status()).isEqualTo(503);
    assertThat(header(told, "Retry-After")).isPresent();
    assertThat(fixture.told).containsExactly("authorize temporarily_unavailable");
  }

  @Test
  void aVisitThatCannotBeginIsCountedAsOneThatFailed() {
    fixture.misconfigured =
        new ProviderException(ProviderException.Kind.MISCONFIGURED, "There is no client Secret.");

    assertThat(text(authorize(browser, FORGEJO))).contains("There is no client Secret.");

    assertThat(fixture.told).containsExactly("upstream misconfigured");
  }

  @Test
  void theApiServerBeingAwayIsToldAndCostsNothing() {
    String state = departed(FORGEJO);
    fixture.grants.setAway(true);

    assertThat(arrive(browser, state, "alices").status()).isEqualTo(503);
  }

  @Test
  void ofManyGroupsOnlyThoseThatTheTemplateNamesAreCarried() throws Exception {
    fixture
        .template("gitea")
        .setSpec(
            SpecWithAccess.of(
                fixture.template("gitea").getSpec(),
                new Access(false, null, List.of("group-007", "nobody's"), null)));
    sso.gives(
        "many",
        "alice",
        IntStream.range(0, 500).mapToObj("group-%03d"::formatted).collect(Collectors.toSet()),
        null);

    SiteAnswer next = arrive(browser, departed(GITEA), "many");
    assertThat(browser.cookies.values()).allSatisfy(it -> assertThat(it.length()).isLessThan(4000));
    String back = target(arrive(browser, parameter(target(next), "state").orElseThrow(), "giteas"));
    assertThat(back.length()).isLessThan(2000);
    String tokens =
        text(
            browser.post(
                SignInPaths.TOKEN,
                "grant_type",
                "authorization_code",
                "client_id",
                "editor",
                "code",
                parameter(back, "code").orElseThrow(),
                "code_verifier",
                VERIFIER));

    assertThat(tokens.length()).isLessThan(2000);
    assertThat(fixture.signIns.all())
        .singleElement()
        .extracting(it -> it.person().groups())
        .isEqualTo(Set.of("group-007"));
  }

  @Test
  void cookiesOfManyFlowsStayWithinARequestsHeaders() {
    for (int i = 0; i < 20; i++) {
      String state = "s".repeat(1024);
      SiteAnswer answer =
          browser.get(
              SignInPaths.AUTHORIZE,
              "client_id",
              "editor",
              "redirect_uri",
              REDIRECT,
              "response_type",
              "code",
              "code_challenge",
              CHALLENGE,
              "code_challenge_method",
              "S256",
              "state",
              state,
              "resource",
              FORGEJO);
      if (answer.status() == 200) {
        allow(browser, answer);
      }
      fixture.pass(Duration.ofSeconds(1));
    }

    assertThat(browser.cookies.toString().length()).isLessThan(14 * 1024);
    assertThat(browser.cookies.values()).allSatisfy(it -> assertThat(it.length()).isLessThan(4000));
  }
}
