package dev.mcpsession.signin.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Accepted;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Offer;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Prompt;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Refused;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Stopped;
import dev.mcpsession.signin.client.Client;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizeDecisionTest {
  private static final String RESOURCE = "https://mcp.example/team/forgejo/mcp";
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  private static final Client CLIENT =
      new Client(
          "id",
          "Editor",
          Optional.empty(),
          List.of("http://127.0.0.1/callback", "https://app.example/oauth/return?x=1"));

  private static final Map<String, String> GOOD =
      Map.of(
          "redirect_uri", "http://127.0.0.1:33418/callback",
          "response_type", "code",
          "code_challenge", CHALLENGE,
          "code_challenge_method", "S256",
          "state", "abc",
          "resource", RESOURCE);

  private static AuthorizeDecision decide(Map<String, String> parameters, String repeated) {
    List<String> resources = new ArrayList<>();
    Optional.ofNullable(parameters.get("resource"))
        .ifPresent(it -> resources.addAll(Arrays.asList(it.split(" ", -1))));
    return AuthorizeDecision.of(
        new RequestedAuthorization(
            Optional.ofNullable(repeated),
            Optional.ofNullable(parameters.get("redirect_uri")),
            Optional.ofNullable(parameters.get("response_type")),
            Optional.ofNullable(parameters.get("response_mode")),
            Optional.ofNullable(parameters.get("code_challenge")),
            Optional.ofNullable(parameters.get("code_challenge_method")),
            Optional.ofNullable(parameters.get("state")),
            Optional.ofNullable(parameters.get("scope")),
            resources,
            Optional.ofNullable(parameters.get("prompt")),
            parameters.containsKey("request")),
        CLIENT,
        "aa".repeat(32),
        url ->
            url.equals(RESOURCE)
                ? Optional.of(
                    new Offer(new McpResource("team", "forgejo"), List.of("mcp:read", "mcp:write")))
                : Optional.empty());
  }

  /** The good request with one parameter otherwise; an empty value: without it. */
  private static AuthorizeDecision decide(String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(GOOD);
    if (value == null || value.isEmpty()) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return decide(changed, null);
  }

  @Test
  void aGoodRequestIsAcceptedForTheResourceThatItNames() {
    assertThat(decide(GOOD, null))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(accepted.prompts()).isEmpty();
              assertThat(accepted.request().resource())
                  .isEqualTo(new McpResource("team", "forgejo"));
              assertThat(accepted.request().redirectUri())
                  .isEqualTo("http://127.0.0.1:33418/callback");
              assertThat(accepted.request().state()).contains("abc");
              assertThat(accepted.request().client().name()).isEqualTo("Editor");
              assertThat(accepted.request().client().host()).isEqualTo("127.0.0.1");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://127.0.0.1:33418/other",
        "http://127.0.0.1:33418/callback/",
        "http://127.0.0.1:33418/callback?more=1",
        "http://127.0.0.1:33418/callback#fragment",
        "http://user@127.0.0.1:33418/callback",
        "http://127.0.0.1:33418@evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://localhost:33418/callback",
        "https://127.0.0.1:33418/callback",
        "https://app.example:8443/oauth/return?x=1",
        "https://app.example/oauth/return?x=2",
        "https://app.example/oauth/return",
        "https://APP.example.evil/oauth/return?x=1",
        "https://app.example/oauth/../oauth/return?x=1",
        "//app.example/oauth/return?x=1",
        "javascript:alert(1)"
      })
  void nothingIsSentToAnAddressThatIsNotTheClients(String redirectUri) {
    assertThat(decide("redirect_uri", redirectUri)).isInstanceOf(Stopped.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_id", "redirect_uri"})
  void nothingIsSentAnywhereIfItIsSaidTwiceWhere(String repeated) {
    assertThat(decide(GOOD, repeated)).isInstanceOf(Stopped.class);
  }

  @ParameterizedTest
  @CsvSource({
    "response_type, '', invalid_request",
    "response_type, token, unsupported_response_type",
    "response_type, code id_token, unsupported_response_type",
    "response_mode, fragment, invalid_request",
    "response_mode, form_post, invalid_request",
    "code_challenge, '', invalid_request",
    "code_challenge, short, invalid_request",
    "code_challenge, E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=, invalid_request",
    "code_challenge_method, '', invalid_request",
    "code_challenge_method, plain, invalid_request",
    "code_challenge_method, s256, invalid_request",
    "resource, '', invalid_target",
    "resource, https://mcp.example/team/other/mcp, invalid_target",
    "resource, https://mcp.example/team/forgejo/mcp/, invalid_target",
    "resource, https://evil.example/team/forgejo/mcp, invalid_target",
    "resource, https://mcp.example/team/forgejo/mcp https://mcp.example/team/forgejo/mcp,"
        + " invalid_target",
    "prompt, none, interaction_required",
    "request, eyJhbGciOiJub25lIn0, request_not_supported"
  })
  void theClientIsToldWhatIsWrong(String name, String value, String error) {
    assertThat(decide(name, value))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.error().name()).isEqualTo(error);
              assertThat(refused.redirect().uri()).isEqualTo(GOOD.get("redirect_uri"));
              assertThat(refused.redirect().state()).contains("abc");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "code_challenge, a parameter is there twice: code_challenge",
    "'Call 555-0100 to go on', a parameter is there twice"
  })
  void aParameterThatIsThereTwiceIsRefusedInNobodysWordsButOurs(String name, String told) {
    assertThat(decide(GOOD, name))
        .isInstanceOfSatisfying(
            Refused.class,
            it -> {
              assertThat(it.error()).isEqualTo(OAuthErrorCode.invalid_request);
              assertThat(it.description()).isEqualTo(told);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"line\nbreak", "ümlaut"})
  void aStateThatCouldSplitAnAnswerIsRefusedAndNotSentBack(String state) {
    assertThat(decide("state", state))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.error()).isEqualTo(OAuthErrorCode.invalid_request);
              assertThat(refused.redirect().state()).isEmpty();
            });
  }

  @Test
  void aStateThatHasNoRoomInACookieIsRefused() {
    assertThat(decide("state", "x".repeat(1025))).isInstanceOf(Refused.class);
    assertThat(decide("state", "x".repeat(1024))).isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', mcp:read mcp:write",
    "mcp:read, mcp:read",
    "mcp:write mcp:read, mcp:read mcp:write",
    "mcp:read unknown, mcp:read",
    "unknown, mcp:read mcp:write"
  })
  void scopesAreThoseThatTheTemplateKnows(String requested, String granted) {
    assertThat(decide("scope", requested))
        .isInstanceOfSatisfying(
            Accepted.class,
            it -> assertThat(it.request().scopes()).containsExactly(granted.split(" ", -1)));
  }

  @Test
  void theUserIsAskedAsTheClientWants() {
    assertThat(decide("prompt", "consent login"))
        .isInstanceOfSatisfying(
            Accepted.class,
            it -> assertThat(it.prompts()).containsExactlyInAnyOrder(Prompt.CONSENT, Prompt.LOGIN));
  }
}
