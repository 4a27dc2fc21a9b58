package dev.mcpsession.signin.http;

import static dev.mcpsession.signin.token.SomeSignIn.CLIENT;
import static dev.mcpsession.signin.token.SomeSignIn.NOW;
import static dev.mcpsession.signin.token.SomeSignIn.REDIRECT;
import static dev.mcpsession.signin.token.SomeSignIn.RESOURCE;
import static dev.mcpsession.signin.token.SomeSignIn.RESOURCE_URL;
import static dev.mcpsession.signin.token.SomeSignIn.VERIFIER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.auth.Authentication;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.access.SignInAuthenticator;
import dev.mcpsession.signin.identity.Endings;
import dev.mcpsession.signin.identity.MemorySignIns;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.signin.token.LocalTokens;
import dev.mcpsession.signin.token.SomeSignIn;
import dev.mcpsession.signin.web.Endpoint;
import java.net.URLEncoder;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoints of tokens together, as a client uses them. */
class TokenEndpointTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Instant now = NOW;
  private SignInKeys keys = SignInKeys.generated(NOW, new SecureRandom());
  private final MemorySignIns signIns = new MemorySignIns(() -> now);
  private final List<String> told = new ArrayList<>();
  private final SignInEvents events = new Told();
  private final AccessTokens accessTokens = SomeSignIn.accessTokens();
  private final TokenEndpoint tokens =
      new TokenEndpoint(SomeSignIn.rules(), accessTokens, () -> keys, signIns, events, () -> now);
  private final RevocationEndpoint revocation =
      new RevocationEndpoint(
          SomeSignIn.rules(),
          new LocalTokens(accessTokens),
          () -> keys,
          signIns,
          new Ends(),
          events,
          () -> now);
  private final SignInAuthenticator authenticator =
      new SignInAuthenticator(
          accessTokens, () -> keys, signIns, Optional.empty(), () -> now, Runnable::run);
  private final String code = SomeSignIn.code().seal(keys, NOW);

  private final class Told implements SignInEvents {
    @Override
    public void exchanged(Kind kind, Exchange outcome) {
      told.add(kind + " " + outcome);
    }

    @Override
    public void reused(Kind kind) {
      told.add(kind + " reused");
    }

    @Override
    public void refused(Place place, OAuthErrorCode reason) {
      told.add(place + " " + reason);
    }
  }

  private final class Ends implements Endings {
    @Override
    public void endSignIn(SignIn signIn) throws StoreException {
      signIns.end(signIn.id());
    }

    @Override
    public void endSession(McpSessionTemplate template, Owner owner) {
      throw new AssertionError("not for a client");
    }

    @Override
    public void takeBack(McpSessionTemplate template, Owner owner) {
      throw new AssertionError("not for a client");
    }

    @Override
    public void endAll(Person person) {
      throw new AssertionError("not for a client");
    }
  }

  @Test
  void aCodeGivesTokensThatAreAccepted() throws Exception {
    SiteAnswer answer = exchange();
    JsonNode body = body(answer, 200);
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(body.get("token_type").asText()).isEqualTo("Bearer");
    assertThat(body.get("expires_in").asInt()).isEqualTo(600);
    assertThat(body.get("scope").asText()).isEqualTo("mcp more");
    assertThat(authenticated(body)).isInstanceOf(Authentication.Authenticated.class);
    assertThat(told).containsExactly("code issued");
  }

  @Test
  void aCodeThatIsUsedTwiceEndsItsSignIn() throws Exception {
    JsonNode first = body(exchange(), 200);
    assertThat(error(exchange())).isEqualTo("400 invalid_grant");
    assertThat(authenticated(first)).isInstanceOf(Authentication.Rejected.class);
    assertThat(error(refresh(first))).isEqualTo("400 invalid_grant");
    assertThat(error(exchange())).as("for the third time").isEqualTo("400 invalid_grant");
    assertThat(signIns.all()).singleElement().matches(SignIn::isEnded);
    assertThat(told).startsWith("code issued", "code reused", "code refused");
  }

  @Test
  void aStolenCodeIsWorthNothingAndStaysGoodForItsClient() throws Exception {
    Map<String, String> stolen = exchangeForm();
    stolen.put("code_verifier", "A".repeat(43));
    assertThat(error(tokens.answer(post(stolen)))).isEqualTo("400 invalid_grant");
    assertThat(signIns.all()).isEmpty();
    assertThat(authenticated(body(exchange(), 200)))
        .isInstanceOf(Authentication.Authenticated.class);
  }

  @Test
  void refreshTokensGoOnFromOneToTheNext() throws Exception {
    JsonNode first = body(exchange(), 200);
    now = NOW.plusSeconds(600);
    JsonNode second = body(refresh(first), 200);
    now = NOW.plusSeconds(1200);
    JsonNode third = body(refresh(second), 200);
    assertThat(
            Stream.of(first, second, third)
                .flatMap(it -> Stream.of(it.get("access_token"), it.get("refresh_token")))
                .map(JsonNode::asText))
        .doesNotHaveDuplicates();
    assertThat(authenticated(third)).isInstanceOf(Authentication.Authenticated.class);
    assertThat(signIns.all()).singleElement().extracting(SignIn::lastUsedAt).isEqualTo(now);
  }

  @Test
  void aRefreshTokenIsRepeatedForHalfAMinuteAndThenEndsTheSignIn() throws Exception {
    JsonNode first = body(exchange(), 200);
    JsonNode second = body(refresh(first), 200);
    now = NOW.plusSeconds(29);
    JsonNode again = body(refresh(first), 200);
    assertThat(again.get("refresh_token")).isEqualTo(second.get("refresh_token"));
    assertThat(authenticated(again)).isInstanceOf(Authentication.Authenticated.class);
    now = NOW.plusSeconds(30);
    assertThat(error(refresh(first))).isEqualTo("400 invalid_grant");
    assertThat(error(refresh(second))).isEqualTo("400 invalid_grant");
    assertThat(authenticated(again)).isInstanceOf(Authentication.Rejected.class);
    assertThat(told)
        .containsSubsequence(
            "refresh_token issued", "refresh_token repeated", "refresh_token reused");
  }

  @Test
  void anOldRefreshTokenEndsNoOtherSignInOfItsUser() throws Exception {
    JsonNode first = body(exchange(), 200);
    body(refresh(first), 200);
    Map<String, String> form = exchangeForm();
    form.put("code", SomeSignIn.code().seal(keys, NOW));
    JsonNode other = body(tokens.answer(post(form)), 200);
    now = NOW.plusSeconds(30);
    assertThat(error(refresh(first))).isEqualTo("400 invalid_grant");
    assertThat(authenticated(first)).isInstanceOf(Authentication.Rejected.class);
    assertThat(authenticated(other)).isInstanceOf(Authentication.Authenticated.class);
    body(refresh(other), 200);
  }

  @Test
  void twoReplicasThatRefreshAtOnceGiveTheSameRefreshToken() throws Exception {
    JsonNode first = body(exchange(), 200);
    List<SiteAnswer> other = new ArrayList<>();
    signIns.beforeNextReplace(() -> other.add(refresh(first)));
    JsonNode mine = body(refresh(first), 200);
    JsonNode others = body(other.getFirst(), 200);
    assertThat(mine.get("refresh_token")).isEqualTo(others.get("refresh_token"));
    assertThat(mine.get("access_token")).isNotEqualTo(others.get("access_token"));
    assertThat(told)
        .containsExactly("code issued", "refresh_token issued", "refresh_token repeated");
  }

  @Test
  void aSignInThatEndsDuringItsRefreshGivesNoTokens() throws Exception {
    JsonNode first = body(exchange(), 200);
    signIns.beforeNextReplace(this::endAll);
    assertThat(error(refresh(first))).isEqualTo("400 invalid_grant");
  }

  private void endAll() {
    try {
      for (SignIn signIn : signIns.all()) {
        signIns.end(signIn.id());
      }
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatTheCacheDoesNotKnowYetIsRefreshedAllTheSame() throws Exception {
    JsonNode first = body(exchange(), 200);
    signIns.setCacheBehind(true);
    JsonNode second = body(refresh(first), 200);
    body(refresh(second), 200);
  }

  @Test
  void rotatedKeysLeaveCodesAndRefreshTokensGood() throws Exception {
    keys = keys.rotated(now, SomeSignIn.ABSOLUTE, new SecureRandom()).keys();
    now = NOW.plusSeconds(40);
    JsonNode first = body(exchange(), 200);
    keys = keys.rotated(now, SomeSignIn.ABSOLUTE, new SecureRandom()).keys();
    now = NOW.plusSeconds(80);
    JsonNode second = body(refresh(first), 200);
    assertThat(authenticated(second)).isInstanceOf(Authentication.Authenticated.class);
    assertThat(authenticated(first)).isInstanceOf(Authentication.Authenticated.class);
  }

  @Test
  void whileTheApiServerIsAwayClientsAreToTryAgain() throws Exception {
    signIns.setAway(true);
    SiteAnswer refused = exchange();
    assertThat(error(refused)).isEqualTo("503 temporarily_unavailable");
    assertThat(header(refused, "Retry-After")).isEqualTo("5");
    signIns.setAway(false);
    JsonNode first = body(exchange(), 200);
    signIns.setAway(true);
    assertThat(error(refresh(first))).isEqualTo("503 temporarily_unavailable");
    assertThat(error(revoke(first.get("refresh_token").asText(), CLIENT)))
        .isEqualTo("503 temporarily_unavailable");
    assertThat(authenticated(first)).isInstanceOf(Authentication.Authenticated.class);
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of("no grant_type", "client_id=x", "invalid_request"),
        Arguments.of("an empty body", "", "invalid_request"),
        Arguments.of("a password", "grant_type=password&client_id=x", "unsupported_grant_type"),
        Arguments.of(
            "client credentials", "grant_type=client_credentials", "unsupported_grant_type"),
        Arguments.of(
            "no client", "grant_type=authorization_code&code=x&code_verifier=y", "invalid_request"),
        Arguments.of("no code", "grant_type=authorization_code&client_id=x", "invalid_request"),
        Arguments.of("no refresh token", "grant_type=refresh_token&client_id=x", "invalid_request"),
        Arguments.of(
            "a client twice",
            "grant_type=refresh_token&client_id=x&client_id=x&refresh_token=y",
            "invalid_request"),
        Arguments.of(
            "a refresh token twice",
            "grant_type=refresh_token&client_id=x&refresh_token=y&refresh_token=z",
            "invalid_request"),
        Arguments.of(
            "a refresh token of nobody",
            "grant_type=refresh_token&client_id=x&refresh_token=%22%3Cscript%3E",
            "invalid_grant"),
        Arguments.of(
            "a code of nobody",
            "grant_type=authorization_code&client_id=x&code=%0d%0aX:y&code_verifier=z",
            "invalid_grant"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void refusesWhatItCannotUse(String name, String form, String why) throws Exception {
    SiteAnswer answer = tokens.answer(request("POST", FORM, Map.of(), form));
    assertThat(error(answer)).isEqualTo("400 " + why);
    assertThat(text(answer)).doesNotContain("<script", "X:y");
    assertThat(told).contains("token " + why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain", "multipart/form-data; boundary=x"})
  void takesOnlyForms(String type) throws Exception {
    assertThat(error(tokens.answer(request("POST", type, Map.of(), "{}"))))
        .isEqualTo("400 invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD"})
  void takesOnlyPosts(String method) {
    for (Endpoint endpoint : List.of(tokens, revocation)) {
      SiteAnswer answer = answer(endpoint, request(method, FORM, Map.of(), ""));
      assertThat(answer.status()).isEqualTo(405);
      assertThat(header(answer, "Allow")).isEqualTo("POST");
    }
  }

  private static SiteAnswer answer(Endpoint endpoint, SiteRequest request) {
    try {
      return endpoint.answer(request);
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsStoredBeingAwayIsNoRefusal() throws Exception {
    JsonNode first = body(exchange(), 200);
    told.clear();
    signIns.setAway(true);
    assertThat(error(refresh(first))).isEqualTo("503 temporarily_unavailable");
    assertThat(error(exchange())).isEqualTo("503 temporarily_unavailable");
    assertThat(told).containsExactly("refresh_token failed", "code failed");
  }

  @Test
  void clientsHaveNoSecret() throws Exception {
    SiteAnswer answer =
        tokens.answer(
            request("POST", FORM, Map.of("authorization", "Basic eDp5"), form(exchangeForm())));
    assertThat(error(answer)).isEqualTo("401 invalid_client");
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Basic realm=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refresh_token", "access_token"})
  void aClientEndsItsSignInWithEitherToken(String kind) throws Exception {
    JsonNode first = body(exchange(), 200);
    assertThat(revoke(first.get(kind).asText(), CLIENT).status()).isEqualTo(200);
    assertThat(authenticated(first))
        .isInstanceOfSatisfying(
            Authentication.Rejected.class,
            it -> assertThat(it.defect().name()).isEqualTo("token_sign_in_ended"));
    assertThat(error(refresh(first))).isEqualTo("400 invalid_grant");
    assertThat(revoke(first.get(kind).asText(), CLIENT).status()).as("again").isEqualTo(200);
  }

  @Test
  void nobodyElseEndsIt() throws Exception {
    JsonNode first = body(exchange(), 200);
    assertThat(error(revoke(first.get("refresh_token").asText(), "other")))
        .isEqualTo("400 invalid_grant");
    assertThat(error(revoke(first.get("access_token").asText(), "other")))
        .isEqualTo("400 invalid_grant");
    assertThat(revoke("x", CLIENT).status()).isEqualTo(200);
    assertThat(error(revocation.answer(post(Map.of("token", "x")))))
        .isEqualTo("400 invalid_request");
    assertThat(error(revocation.answer(post(Map.of("client_id", "x")))))
        .isEqualTo("400 invalid_request");
    assertThat(authenticated(first)).isInstanceOf(Authentication.Authenticated.class);
    assertThat(told).contains("revoke invalid_grant", "revoke invalid_request");
  }

  @Test
  void publishesTheKeysThatTokensAreVerifiedWith() throws Exception {
    JwksEndpoint jwks = new JwksEndpoint(() -> keys);
    SiteAnswer answer = jwks.answer(request("GET", FORM, Map.of(), ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(JWKSet.parse(text(answer)).getKeys()).hasSize(1).noneMatch(JWK::isPrivate);
    assertThat(
            Duration.ofSeconds(Integer.parseInt(header(answer, "Cache-Control").split("=", -1)[1])))
        .isLessThan(Duration.ofSeconds(30));
    assertThat(jwks.answer(request("POST", FORM, Map.of(), "")).status()).isEqualTo(405);
  }

  private SiteAnswer exchange() {
    return tokens.answer(post(exchangeForm()));
  }

  private Map<String, String> exchangeForm() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("client_id", CLIENT);
    form.put("code", code);
    form.put("redirect_uri", REDIRECT);
    form.put("code_verifier", VERIFIER);
    form.put("resource", RESOURCE_URL);
    return form;
  }

  private SiteAnswer refresh(JsonNode tokensBefore) {
    return tokens.answer(
        post(
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                CLIENT,
                "refresh_token",
                tokensBefore.get("refresh_token").asText())));
  }

  private SiteAnswer revoke(String token, String client) {
    return revocation.answer(
        post(Map.of("token", token, "client_id", client, "token_type_hint", "access_token")));
  }

  private Authentication authenticated(JsonNode body) {
    return authenticator
        .authenticate("Bearer " + body.get("access_token").asText(), RESOURCE)
        .toCompletableFuture()
        .join();
  }

  private static SiteRequest post(Map<String, String> form) {
    return request("POST", FORM + "; charset=utf-8", Map.of(), form(form));
  }

  private static SiteRequest request(
      String method, String type, Map<String, String> headers, String body) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    all.put("content-type", List.of(type));
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    return new SiteRequest(method, "/oauth/token", "", all, body.getBytes(UTF_8));
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static JsonNode body(SiteAnswer answer, int status) throws Exception {
    assertThat(answer.status()).as(text(answer)).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static String error(SiteAnswer answer) throws Exception {
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.get("error_description").asText()).isNotBlank();
    return answer.status() + " " + body.get("error").asText();
  }

  private static String text(SiteAnswer answer) {
    return new String(answer.body(), UTF_8);
  }

  private static String header(SiteAnswer answer, String name) {
    return answer.headers().stream()
        .filter(it -> it.name().equals(name))
        .map(SiteAnswer.Header::value)
        .collect(Collectors.joining(", "));
  }
}
