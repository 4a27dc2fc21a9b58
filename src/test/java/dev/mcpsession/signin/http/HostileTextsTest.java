package dev.mcpsession.signin.http;

import static dev.mcpsession.signin.http.HarmlessAnswer.assertHarmless;
import static dev.mcpsession.signin.http.SiteClient.json;
import static dev.mcpsession.signin.http.SiteClient.pairs;
import static dev.mcpsession.signin.http.SiteClient.tokens;
import static dev.mcpsession.signin.http.SiteClient.with;
import static dev.mcpsession.signin.http.SiteFixture.FORGEJO;
import static dev.mcpsession.signin.http.TestBrowser.consent;
import static dev.mcpsession.signin.http.TestBrowser.parameter;
import static dev.mcpsession.signin.http.TestBrowser.target;
import static dev.mcpsession.signin.http.TestBrowser.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.http.SiteFixture.FakeProvider;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.provider.Provider.Redeemed;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.web.SignInPaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts of which nobody who wrote a client, a provider or a link meant well. */
class HostileTextsTest {
  private static final String SCRIPT =
      "\"'></title><script>alert(1)</script><img src=x onerror=a()>";

  /** Each in every parameter of every endpoint. */
  static final List<String> TEXTS =
      List.of(
          SCRIPT,
          "x\r\nSet-Cookie: __Host-mcp-account=theirs",
          "x\nLocation: https://evil.example/",
          "x\r\n\r\n<html><script>alert(1)</script>",
          "%0d%0aSet-Cookie:%20a=b",
          "\u560a\u560dSet-Cookie: a=b",
          "x\u0085\u2028\u2029Set-Cookie: a=b",
          "\0",
          "x\0y",
          "%00",
          "%",
          "https://evil.example/",
          "//evil.example/",
          "/\\evil.example",
          "javascript:alert(1)",
          "data:text/html,<script>alert(1)</script>",
          "http://127.0.0.1:5000/callback@evil.example",
          "http://127.0.0.1:5000/callback\r\nX: y",
          "; Domain=example; Path=/",
          "a=b&c=d",
          "${7*7}#{7*7}{{7*7}}",
          "\ud83d\ude00\u202e\u200b",
          "\ufffe\uffff",
          "../../../etc/passwd",
          "' OR '1'='1",
          "[]{}<>|^`",
          "0",
          "-1",
          "x".repeat(1025),
          "x".repeat(10_000),
          "%s%n%x");

  private final SiteFixture fixture = new SiteFixture();
  private final TestBrowser browser = new TestBrowser(fixture.site);
  private final SiteClient client = SiteClient.registered(fixture.site, SCRIPT);
  private final FakeProvider forgejo = fixture.providers.get("team/forgejo");

  @BeforeEach
  void usersAreKnown() {
    forgejo.gives("alices", "alice", "refresh-alice");
    forgejo.codes.put(
        "scripts",
        new Redeemed(
            Optional.of(
                new Person(
                    new Owner("https://git.example", SCRIPT),
                    SCRIPT,
                    Set.of(SCRIPT, "staff"),
                    forgejo.fingerprint)),
            Optional.of("refresh"),
            SiteFixture.START));
  }

  /** Endpoints with what a good request to them has. */
  static Stream<Sent> requests() {
    SiteClient any = new SiteClient("editor");
    return Stream.of(
        new Sent("GET", SignInPaths.AUTHORIZE, any.request(FORGEJO)),
        new Sent("POST", SignInPaths.AUTHORIZE, Map.of("request", "x", "decision", "allow")),
        new Sent("GET", SignInPaths.CALLBACK, Map.of("state", "x", "code", "x", "iss", "x")),
        new Sent("GET", SignInPaths.ACCOUNT, Map.of("done", "sign-out")),
        new Sent("POST", SignInPaths.ACCOUNT, Map.of("provider", "of git.example")),
        new Sent("POST", SignInPaths.ACCOUNT, Map.of("action", "sign-out", "token", "x")),
        new Sent("POST", SignInPaths.TOKEN, any.exchange("x", FORGEJO)),
        new Sent("POST", SignInPaths.TOKEN, any.refresh("x")),
        new Sent("POST", SignInPaths.REVOKE, Map.of("token", "x", "client_id", "editor")),
        new Sent("GET", SignInPaths.OAUTH_METADATA, Map.of("x", "y")),
        new Sent("GET", SignInPaths.JWKS, Map.of("x", "y")));
  }

  record Sent(String method, String path, Map<String, String> parameters) {
    @Override
    public String toString() {
      return method + " " + path + " " + parameters.keySet();
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void noParameterSplitsAnAnswerLeadsElsewhereOrRunsAScript(Sent good) {
    for (String hostile : TEXTS) {
      for (String name : good.parameters().keySet()) {
        assertHarmless(send(good, pairs(with(good.parameters(), name, hostile))));
        assertHarmless(send(good, and(pairs(good.parameters()), name, hostile)));
      }
      assertHarmless(send(good, and(pairs(good.parameters()), hostile, hostile)));
      assertHarmless(send(good, and(and(pairs(good.parameters()), hostile, "a"), hostile, "b")));
    }
  }

  private static String[] and(String[] pairs, String name, String value) {
    List<String> more = new ArrayList<>(Arrays.asList(pairs));
    more.addAll(List.of(name, value));
    return more.toArray(String[]::new);
  }

  private SiteAnswer send(Sent request, String[] parameters) {
    return request.method().equals("GET")
        ? browser.get(request.path(), parameters)
        : browser.post(request.path(), parameters);
  }

  @ParameterizedTest
  @FieldSource("TEXTS")
  void noCallbackOfARealFlowSplitsAnAnswerLeadsElsewhereOrRunsAScript(String hostile) {
    for (String name : List.of("code", "error", "error_description", "iss", "error_uri", "x")) {
      String state = parameter(client.allowed(browser, FORGEJO), "state").orElseThrow();
      SiteAnswer told =
          browser.get(SignInPaths.CALLBACK, "state", state, "code", "unknown", name, hostile);
      assertThat(told.status()).isIn(303, 400, 403, 500, 503);
      assertThat(text(told)).doesNotContain("<script>", "evil.example");
      assertThat(TestBrowser.header(told, "Location").orElse(SiteClient.REDIRECT))
          .startsWith(SiteClient.REDIRECT);
    }
  }

  @ParameterizedTest
  @FieldSource("TEXTS")
  void noCookieBreaksAnAnswer(String hostile) {
    for (String name : List.of("browser", "consents", "account", "flow-x", "flow-" + hostile)) {
      TestBrowser victim = new TestBrowser(fixture.site);
      List.of("1", "2", "3").forEach(it -> victim.cookies.put("__Host-mcp-flow-" + it, "x"));
      victim.cookies.put("__Host-mcp-" + name, hostile);
      assertHarmless(victim.get(SignInPaths.AUTHORIZE, pairs(client.request(FORGEJO))));
      assertHarmless(victim.get(SignInPaths.ACCOUNT));
      assertHarmless(victim.post(SignInPaths.ACCOUNT, "provider", "of git.example"));
      assertHarmless(victim.get(SignInPaths.CALLBACK, "state", "x", "code", "alices"));
      assertHarmless(victim.get(SignInPaths.CALLBACK, "state", hostile, "code", "alices"));
    }
  }

  @ParameterizedTest
  @FieldSource("TEXTS")
  void noRegistrationBreaksAnAnswerOrAPage(String hostile) {
    for (byte[] body :
        List.of(
            SiteClient.metadata(hostile),
            ("{\"redirect_uris\": [\"" + hostile + "\"]}").getBytes(UTF_8),
            hostile.getBytes(UTF_8))) {
      SiteAnswer answer = register(body);
      assertHarmless(answer);
      if (answer.status() == 201) {
        SiteClient registered = new SiteClient(json(answer).path("client_id").asText());
        SiteAnswer page = browser.get(SignInPaths.AUTHORIZE, pairs(registered.request(FORGEJO)));
        assertHarmless(page);
      }
    }
  }

  private SiteAnswer register(byte[] body) {
    return fixture
        .site
        .answer(
            new SiteRequest(
                "POST",
                SignInPaths.REGISTER,
                "",
                Map.of("content-type", List.of("application/json")),
                body))
        .toCompletableFuture()
        .join();
  }

  @Test
  void aScriptInEveryTextIsShownAsTextOnEveryPage() {
    fixture
        .template("forgejo")
        .setSpec(SpecWithAccess.described(fixture.template("forgejo"), SCRIPT));
    SiteAnswer asked = browser.get(SignInPaths.AUTHORIZE, pairs(client.request(FORGEJO)));
    isShown(asked);

    SiteAnswer leaving =
        browser.post(SignInPaths.AUTHORIZE, "request", consent(asked), "decision", "allow");
    assertHarmless(leaving);

    forgejo.failure = new ProviderException(ProviderException.Kind.REFUSED, SCRIPT);
    String failing = parameter(target(leaving), "state").orElseThrow();
    isShown(browser.get(SignInPaths.CALLBACK, "state", failing, "code", "scripts"));
    forgejo.failure = null;

    String code = client.code(browser, FORGEJO, "scripts");
    assertThat(tokens(fixture.site, client.exchange(code, FORGEJO)).status()).isEqualTo(200);

    forgejo.codes.put(
        "again",
        new Redeemed(
            Optional.of(
                new Person(
                    new Owner("https://git.example", SCRIPT),
                    SCRIPT,
                    Set.of(SCRIPT),
                    forgejo.fingerprint)),
            Optional.of("refresh"),
            SiteFixture.START));
    assertHarmless(browser.get(SignInPaths.ACCOUNT));
    String state =
        parameter(target(browser.post(SignInPaths.ACCOUNT, "provider", "of git.example")), "state")
            .orElseThrow();
    assertThat(target(browser.get(SignInPaths.CALLBACK, "state", state, "code", "again")))
        .isEqualTo(SignInPaths.ACCOUNT);
    SiteAnswer account = browser.get(SignInPaths.ACCOUNT);
    isShown(account);
    assertThat(Jsoup.parse(text(account)).select(".who").text()).isEqualTo(SCRIPT);
    assertThat(Jsoup.parse(text(account)).select("th[scope=row]").eachText())
        .as("the client that the user has allowed")
        .anySatisfy(it -> assertThat(it).contains("<script>alert(1)</script>"));
  }

  private static void isShown(SiteAnswer answer) {
    if (answer.status() != 403) {
      assertHarmless(answer);
    }
    assertThat(text(answer)).doesNotContain("<script", "<img");
    assertThat(Jsoup.parse(text(answer)).text()).contains("<script>alert(1)</script>");
  }
}
