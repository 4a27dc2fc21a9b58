package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.IssuerAnswer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerAnswerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  private static final String ECHO = "r3fresh-t0ken";
  private static final IssuerEndpoint AT =
      new IssuerEndpoint(
          "tokenEndpoint",
          EndpointUrl.parse("https://git.example/login/token?key=" + ECHO),
          ClientOrigin.of(Issuer.at("https://git.example").refresh()),
          null);

  /** Only what concerns nobody but the session is not the endpoint's. */
  private static TokenFailure.Kind kind(IssuerCalls.Outcome outcome) {
    return switch (outcome) {
      case rejected -> TokenFailure.Kind.REJECTED;
      case unavailable -> TokenFailure.Kind.UNAVAILABLE;
      case misconfigured, success -> TokenFailure.Kind.FAILED;
    };
  }

  @ParameterizedTest(name = "{0} answered with {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # request           | status | error                        | outcome       | words
          refresh             | 400    | invalid_grant                | rejected      | sign in anew
          refresh             | 401    | invalid_grant                | rejected      | sign in anew
          refresh             | 200    | invalid_grant                | rejected      | sign in anew
          refresh             | 200    | unauthorized_client          | misconfigured | allow it at the authorization server
          refresh             | 400    | unauthorized_client          | misconfigured | allow it at the authorization server
          refresh             | 401    | unauthorized_client          | misconfigured | client_secret in Secret forgejo-client
          refresh             | 200    | bad_refresh_token            | rejected      | sign in anew
          refresh             | 403    | invalid_grant                | misconfigured | stands before
          refresh             | 404    | invalid_grant                | misconfigured | stands before
          refresh             | 302    | invalid_grant                | misconfigured | redirects
          refresh             | 429    | invalid_grant                | unavailable   | left alone
          refresh             | 500    | invalid_grant                | unavailable   | out of order
          refresh             | 502    | bad_refresh_token            | unavailable   | out of order
          refresh             | 503    | unauthorized_client          | unavailable   | left alone
          refresh             | 400    | INVALID_GRANT                | misconfigured | check the token source
          refresh             | 400    | invalid_client               | misconfigured | client_secret in Secret forgejo-client
          refresh             | 401    | invalid_client               | misconfigured | client_secret in Secret forgejo-client
          refresh             | 200    | incorrect_client_credentials | misconfigured | client_secret in Secret forgejo-client
          refresh             | 400    | invalid_scope                | misconfigured | correct scopes
          refresh             | 400    | unsupported_grant_type       | misconfigured | allow it at the authorization server
          refresh             | 400    | invalid_request              | misconfigured | clientAuthentication and scopes
          refresh             | 400    | access_denied                | misconfigured | denies access
          refresh             | 400    | server_error                 | unavailable   | out of order
          refresh             | 400    | temporarily_unavailable      | unavailable   | tried again
          refresh             | 400    | slow_down                    | unavailable   | tried again
          refresh             | 400    | r3fresh-t0ken                | misconfigured | check the token source
          clientCredentials   | 400    | invalid_grant                | misconfigured | check the token source
          clientCredentials   | 400    | unauthorized_client          | misconfigured | allow it at the authorization server
          clientCredentials   | 200    | bad_refresh_token            | misconfigured | check the token source
          exchange            | 400    | invalid_grant                | misconfigured | the subject token
          exchange            | 400    | invalid_request              | misconfigured | the subject token
          exchange            | 400    | invalid_target               | misconfigured | audience and resource
          exchange            | 400    | unauthorized_client          | misconfigured | allow it at the authorization server
          introspection       | 400    | invalid_grant                | misconfigured | check the token source
          revocation          | 400    | invalid_grant                | misconfigured | check the token source
          """)
  void anErrorCodeMeans(
      Request request, int status, String error, IssuerCalls.Outcome outcome, String words) {
    IssuerFault fault = fault(request, status, null, json(error));
    assertThat(fault.outcome()).isEqualTo(outcome);
    assertThat(fault.failure().kind()).isEqualTo(kind(outcome));
    assertThat(fault.failure().getMessage())
        .startsWith("tokenEndpoint https://git.example/login/token ")
        .contains(words, "HTTP " + status)
        .doesNotContain(ECHO);
    if (!error.equals(ECHO) && !error.equals("INVALID_GRANT")) {
      assertThat(fault.failure().getMessage()).contains("(" + error + ", HTTP");
    }
    assertThat(fault).hasNoCause();
    assertThat(fault.failure()).hasNoCause();
  }

  @ParameterizedTest(name = "{0} answered with {1} unauthorized_client, {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          refresh           | 400 | token was already used                     | rejected
          refresh           | 400 | ' Token was already used '                 | rejected
          refresh           | 401 | token was already used                     | misconfigured
          refresh           | 200 | token was already used                     | misconfigured
          refresh           | 403 | token was already used                     | misconfigured
          refresh           | 503 | token was already used                     | unavailable
          refresh           | 400 | unable to parse refresh token              | misconfigured
          refresh           | 400 | token is not a refresh token               | misconfigured
          refresh           | 400 | client may not use grant type refresh_token| misconfigured
          refresh           | 400 | no token was already used here             | misconfigured
          refresh           | 400 | ''                                         | misconfigured
          refresh           | 400 |                                            | misconfigured
          clientCredentials | 400 | token was already used                     | misconfigured
          exchange          | 400 | token was already used                     | misconfigured
          revocation        | 400 | token was already used                     | misconfigured
          """)
  void onlyForgejosWordsMakeAnUnauthorizedClientARejection(
      Request request, int status, String description, IssuerCalls.Outcome outcome) {
    String words = description == null ? "null" : "\"" + description + "\"";
    String body = "{\"error\": \"unauthorized_client\", \"error_description\": " + words + "}";
    IssuerFault fault = fault(request, status, null, body);
    assertThat(fault.outcome()).isEqualTo(outcome);
    assertThat(fault.failure().kind()).isEqualTo(kind(outcome));
    assertThat(fault.failure().getMessage()).contains("(unauthorized_client, HTTP " + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[\"token was already used\"]", "42", "true"})
  void aDescriptionThatIsNoTextSaysNothing(String description) {
    String body =
        "{\"error\": \"unauthorized_client\", \"error_description\": %s}".formatted(description);
    assertThat(fault(Request.refresh, 400, null, body).outcome())
        .isEqualTo(IssuerCalls.Outcome.misconfigured);
  }

  @ParameterizedTest(name = "HTTP {0} without an error of OAuth: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          301 | misconfigured | is not followed; set tokenEndpoint to where it leads
          302 | misconfigured | is not followed
          307 | misconfigured | is not followed
          308 | misconfigured | is not followed
          304 | misconfigured | is not followed
          400 | misconfigured | check that the URL is right
          401 | misconfigured | client_secret in Secret forgejo-client
          403 | misconfigured | forbids
          404 | misconfigured | correct tokenEndpoint
          405 | misconfigured | correct tokenEndpoint
          410 | misconfigured | correct tokenEndpoint
          407 | misconfigured | correct user and password in HTTPS_PROXY
          408 | unavailable   | tried again
          415 | misconfigured | refused the request
          429 | unavailable   | left alone
          500 | unavailable   | tried again
          502 | unavailable   | tried again
          503 | unavailable   | left alone
          504 | unavailable   | tried again
          599 | unavailable   | tried again
          """)
  void aStatusMeans(int status, IssuerCalls.Outcome outcome, String words) {
    for (String body :
        new String[] {
          "",
          "<html>invalid_grant " + ECHO + "</html>",
          "error=invalid_grant&error_description=" + ECHO,
          "\"invalid_grant\"",
          "[{\"error\": \"invalid_grant\"}]",
          "{\"error\": {\"code\": \"invalid_grant\"}}",
          "{\"error\": \"\"}",
          "{\"error\": \"invalid_grant\"",
          "{\"message\": \"" + ECHO + "\"}",
          "[".repeat(60_000)
        }) {
      IssuerFault fault = fault(Request.refresh, status, null, body);
      assertThat(fault.outcome()).isEqualTo(outcome);
      assertThat(fault.failure().kind()).isEqualTo(kind(outcome));
      assertThat(fault.failure().getMessage())
          .startsWith("tokenEndpoint https://git.example/login/token ")
          .contains(words, "(HTTP " + status + ")")
          .doesNotContain(ECHO, "invalid_grant");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, 7, PT7S",
    "503, 7, PT7S",
    "503, 'Sat, 21 Nov 2026 09:30:30 GMT', PT30S",
    "503, 86400, PT5M",
    "503, soon, ",
    "503, , ",
    "502, 7, ",
    "400, 7, "
  })
  void aRetryAfterCountsWhereItIsMeant(int status, String header, Duration expected) {
    assertThat(fault(Request.refresh, status, header, "").failure().retryAfter())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>" + ECHO + "</html>",
        "access_token=" + ECHO + "&token_type=bearer",
        "[]",
        "null",
        "{\"access_token\": \"" + ECHO + "\"",
        "{\"access_token\": \"" + ECHO + "\"} x",
        "{}",
        "{\"access_token\": null}",
        "{\"access_token\": \" \"}",
        "{\"access_token\": 42}",
        "{\"access_token\": {\"value\": \"" + ECHO + "\"}}",
        "{\"error\": {\"code\": 7}}"
      })
  void aSuccessWithoutAnAccessTokenIsNone(String body) {
    IssuerFault fault = fault(Request.refresh, 200, null, body);
    assertThat(fault.outcome()).isEqualTo(IssuerCalls.Outcome.unavailable);
    assertThat(fault.failure().kind()).isEqualTo(kind(fault.outcome()));
    assertThat(fault.failure().getMessage()).contains("answered with").doesNotContain(ECHO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"access_token\": \"a\", \"token_type\": \"bearer\"}",
        "{\"access_token\": \"a\", \"token_type\": \"N_A\"}",
        "{\"access_token\": \"a\", \"token_type\": \"something new\"}",
        "{\"access_token\": \"a\", \"error\": \"\"}",
        "{\"access_token\": \"a\", \"error\": null}",
        "{\"access_token\": \"a\", \"scope\": [1, 2], \"expires_in\": {}}",
        " {\"access_token\": \"a\"}\r\n"
      })
  void anAccessTokenIsAllThatASuccessNeeds(String body) throws IssuerFault {
    assertThat(answer(Request.exchange, 200, null, body).granted())
        .containsEntry("access_token", "a");
  }

  @Test
  void anErrorBesideAnAccessTokenIsAnError() {
    assertThat(
            fault(
                    Request.refresh,
                    200,
                    null,
                    "{\"access_token\": \"a\", \"error\": \"bad_refresh_token\"}")
                .outcome())
        .isEqualTo(IssuerCalls.Outcome.rejected);
  }

  @ParameterizedTest
  @EnumSource(Request.class)
  void onlyARefreshAndACodeCanBeRejected(Request request) {
    Set<IssuerCalls.Outcome> outcomes = EnumSet.noneOf(IssuerCalls.Outcome.class);
    for (String error :
        new String[] {"invalid_grant", "unauthorized_client", "bad_refresh_token"}) {
      for (int status : new int[] {200, 400, 401, 403, 404, 429, 500, 503}) {
        outcomes.add(fault(request, status, null, json(error)).outcome());
      }
    }
    assertThat(outcomes.contains(IssuerCalls.Outcome.rejected))
        .isEqualTo(request == Request.refresh || request == Request.code);
  }

  @ParameterizedTest
  @CsvSource({
    "200, ''",
    "200, <html/>",
    "204, ''",
    "200, '{}'",
    "400, '{\"error\": \"invalid_token\"}'",
    "400, '{\"error\": \"unsupported_token_type\"}'",
    "401, '{\"error\": \"invalid_token\"}'"
  })
  void aTokenThatIsOfNoUseIsRevoked(int status, String body) {
    assertThatCode(() -> answer(Request.revocation, status, null, body).revoked())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "400, ''",
    "400, '{\"error\": \"invalid_request\"}'",
    "401, '{\"error\": \"invalid_client\"}'",
    "200, '{\"error\": \"invalid_client\"}'",
    "404, ''",
    "302, ''",
    "500, '{\"error\": \"invalid_token\"}'",
    "503, ''"
  })
  void aTokenThatMayStillBeOfUseIsNotRevoked(int status, String body) {
    IssuerFault fault =
        catchThrowableOfType(
            IssuerFault.class, () -> answer(Request.revocation, status, null, body).revoked());
    assertThat(fault.failure().kind()).isEqualTo(kind(fault.outcome()));
  }

  @Test
  void aReplyDoesNotShowItsBody() {
    assertThat(new IssuerReply(200, ECHO, ECHO).toString()).isEqualTo("IssuerReply[200]");
  }

  private static String json(String error) {
    return "{\"error\": \"%s\", \"error_description\": \"%s is not valid\", \"error_uri\": \"%s\"}"
        .formatted(error, ECHO, ECHO);
  }

  private static IssuerFault fault(Request request, int status, String retryAfter, String body) {
    IssuerFault fault =
        catchThrowableOfType(
            IssuerFault.class, () -> answer(request, status, retryAfter, body).granted());
    assertThat(fault).as("%s %s", status, body).isNotNull();
    return fault;
  }

  private static IssuerAnswer answer(Request request, int status, String retryAfter, String body) {
    return new IssuerAnswer(AT, request, new IssuerReply(status, retryAfter, body), NOW);
  }
}
