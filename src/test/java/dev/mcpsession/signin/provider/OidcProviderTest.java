package dev.mcpsession.signin.provider;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.config.GatewayConfig.IdentityProvider;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.provider.Provider.Redeemed;
import dev.mcpsession.signin.provider.ProviderException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OidcProviderTest extends ProviderFixture {
  private static final String DISCOVERY = "/realms/staff/.well-known/openid-configuration";
  private static final String KEYS = "/keys";
  private static final String TOKEN = "/token";
  private static final String USER_INFO = "/userinfo";
  private static final String CLIENT = "gateway";

  private static final ECKey KEY = key("first");
  private static final ECKey OTHER = key("other");

  @TempDir private Path folder;

  private static ECKey key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String issuer() {
    return WEB.baseUrl() + "/realms/staff";
  }

  private static String discovery(String more) {
    return """
    {
      "issuer": "%1$s/realms/staff",
      "authorization_endpoint": "%1$s/authorize",
      "token_endpoint": "%1$s/token",
      "userinfo_endpoint": "%1$s/userinfo",
      "jwks_uri": "%1$s/keys",
      "response_types_supported": ["code"],
      "subject_types_supported": ["public"],
      "id_token_signing_alg_values_supported": ["ES256"]%2$s
    }
    """
        .formatted(WEB.baseUrl(), more);
  }

  @BeforeEach
  void publish() throws IOException {
    Files.writeString(folder.resolve("secret"), "s3cr3t-1\n");
    answer(DISCOVERY, okJson(discovery("")));
    answer(KEYS, okJson(new JWKSet(KEY.toPublicJWK()).toString()));
  }

  private Provider provider() {
    return provider(Optional.of(folder.resolve("secret")));
  }

  private Provider provider(Optional<Path> secretFile) {
    return providers(
            Optional.of(
                new IdentityProvider(
                    URI.create(issuer()),
                    CLIENT,
                    secretFile,
                    List.of("openid", "profile"),
                    "preferred_username",
                    "groups",
                    Optional.empty())),
            (namespace, name) -> null)
        .identityProvider()
        .orElseThrow();
  }

  /** Of a public client. */
  private OidcProvider oidc(boolean allowHttp, InstantSource clock) {
    return new OidcProvider(
        new IdentityProvider(
            URI.create(issuer()),
            CLIENT,
            Optional.empty(),
            List.of(),
            "preferred_username",
            "groups",
            Optional.empty()),
        allowHttp,
        server,
        URI.create("https://mcp.example/oauth/callback"),
        clock);
  }

  /** Of alice, good now; a claim that is null here is left out. */
  private static JWTClaimsSet claims(Map<String, Object> other) {
    Instant now = Instant.now();
    Map<String, Object> all = new HashMap<>();
    all.put("iss", issuer());
    all.put("sub", "alice-id");
    all.put("aud", CLIENT);
    all.put("nonce", NONCE);
    all.put("iat", Date.from(now));
    all.put("exp", Date.from(now.plusSeconds(300)));
    all.put("preferred_username", "alice");
    all.put("groups", List.of("staff"));
    all.putAll(other);
    JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder();
    all.forEach((name, value) -> builder.claim(name, value));
    return builder.build();
  }

  private static Map<String, Object> without(String... claims) {
    Map<String, Object> none = new HashMap<>();
    Stream.of(claims).forEach(claim -> none.put(claim, null));
    return none;
  }

  private static String signed(ECKey key, JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ResponseDefinitionBuilder granted(String idToken) {
    return okJson("{\"access_token\": \"acc3ss\", \"id_token\": \"%s\"}".formatted(idToken));
  }

  @Test
  void aUserIsSentAwayWithANonce() throws Exception {
    URI url = provider().authorizationUrl(departure(true));
    assertThat(url.toString()).startsWith(WEB.baseUrl() + "/authorize?");
    assertThat(query(url))
        .isEqualTo(
            Map.of(
                "response_type", List.of("code"),
                "client_id", List.of(CLIENT),
                "redirect_uri", List.of("https://mcp.example/oauth/callback"),
                "scope", List.of("openid profile"),
                "state", List.of("st4te"),
                "nonce", List.of(NONCE),
                "prompt", List.of("login"),
                "code_challenge", List.of(CHALLENGE),
                "code_challenge_method", List.of("S256")));
    assertThat(query(provider().authorizationUrl(departure(false)))).doesNotContainKey("prompt");
  }

  @Test
  void aCodeIsRedeemedForAPerson() throws Exception {
    answer(TOKEN, granted(signed(KEY, claims(Map.of()))));
    Provider provider = provider();
    Redeemed redeemed = provider.redeem(arrival(null));
    assertThat(redeemed.person())
        .contains(
            new Person(
                new Owner(issuer(), "alice-id"), "alice", Set.of("staff"), provider.fingerprint()));
    assertThat(redeemed.refreshToken()).isEmpty();
    assertThat(form(TOKEN))
        .isEqualTo(
            Map.of(
                "grant_type", List.of("authorization_code"),
                "code", List.of(CODE),
                "redirect_uri", List.of("https://mcp.example/oauth/callback"),
                "code_verifier", List.of(VERIFIER)));
    assertThat(sent(TOKEN).getHeader("Authorization")).isEqualTo(basic("s3cr3t-1"));
    assertThat(WEB.getAllServeEvents())
        .as("discovery, keys and token, without user info")
        .hasSize(3);
  }

  private static String basic(String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + secret).getBytes(UTF_8));
  }

  @Test
  void theSecretIsReadEachTimeAndTheMetadataIsNot() throws Exception {
    answer(TOKEN, granted(signed(KEY, claims(Map.of()))));
    Provider provider = provider();
    provider.redeem(arrival(null));
    WEB.resetRequests();
    Files.writeString(folder.resolve("secret"), "s3cr3t-2");
    provider.redeem(arrival(null));
    assertThat(sent(TOKEN).getHeader("Authorization")).isEqualTo(basic("s3cr3t-2"));
    assertThat(WEB.getAllServeEvents()).hasSize(1);
  }

  @Test
  void withoutASecretTheClientIsPublic() throws Exception {
    answer(TOKEN, granted(signed(KEY, claims(Map.of()))));
    provider(Optional.empty()).redeem(arrival(null));
    assertThat(form(TOKEN)).containsEntry("client_id", List.of(CLIENT));
    assertThat(sent(TOKEN).containsHeader("Authorization")).isFalse();
  }

  @Test
  void aSecretGoesIntoTheBodyWhereTheProviderTakesNoOther() throws Exception {
    answer(
        DISCOVERY,
        okJson(discovery(", \"token_endpoint_auth_methods_supported\": [\"client_secret_post\"]")));
    answer(TOKEN, granted(signed(KEY, claims(Map.of()))));
    provider().redeem(arrival(null));
    assertThat(form(TOKEN)).containsEntry("client_secret", List.of("s3cr3t-1"));
  }

  @Test
  void aSecretThatCannotBeReadIsTheAdministratorsToMend() {
    ProviderException failure =
        failure(() -> provider(Optional.of(folder.resolve("none"))).redeem(arrival(null)));
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(failure.getMessage()).contains("signIn.identityProvider.clientSecretFile");
  }

  static Stream<Arguments> badTokens() throws Exception {
    Instant now = Instant.now();
    Date past = Date.from(now.minus(Duration.ofHours(1)));
    Date future = Date.from(now.plus(Duration.ofHours(1)));
    ECKey sameName = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
    SignedJWT withSecret =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims(Map.of()));
    withSecret.sign(new MACSigner(KEY.toPublicJWK().toString().getBytes(UTF_8)));
    String good = signed(KEY, claims(Map.of()));
    return Stream.of(
        bad("a forged nonce", signed(KEY, claims(Map.of("nonce", "other"))), Kind.MISMATCH),
        bad("no nonce", signed(KEY, claims(without("nonce"))), Kind.MISMATCH),
        bad("another audience", signed(KEY, claims(Map.of("aud", "other"))), Kind.MISMATCH),
        bad("no audience", signed(KEY, claims(without("aud"))), Kind.MISMATCH),
        bad("another party", signed(KEY, claims(Map.of("azp", "other"))), Kind.MISMATCH),
        bad(
            "another party of two",
            signed(KEY, claims(Map.of("aud", List.of(CLIENT, "other"), "azp", "other"))),
            Kind.MISMATCH),
        bad(
            "another issuer",
            signed(KEY, claims(Map.of("iss", "https://other.example"))),
            Kind.MISMATCH),
        bad("no issuer", signed(KEY, claims(without("iss"))), Kind.MISMATCH),
        bad("expired", signed(KEY, claims(Map.of("exp", past, "iat", past))), Kind.REFUSED),
        bad("no expiry", signed(KEY, claims(without("exp"))), Kind.MISMATCH),
        bad("of the future", signed(KEY, claims(Map.of("iat", future))), Kind.MISMATCH),
        bad("no time", signed(KEY, claims(without("iat"))), Kind.MISMATCH),
        bad("no user", signed(KEY, claims(without("sub"))), Kind.MISMATCH),
        bad("alg none", new PlainJWT(claims(Map.of())).serialize(), Kind.MISMATCH),
        bad("signed with the public key", withSecret.serialize(), Kind.MISMATCH),
        bad("another key", signed(OTHER, claims(Map.of())), Kind.MISMATCH),
        bad("another key of the same name", signed(sameName, claims(Map.of())), Kind.MISMATCH),
        bad("no signature", good.substring(0, good.lastIndexOf('.') + 1), Kind.MISMATCH),
        bad("no JWT", "nonsense", Kind.MISMATCH));
  }

  private static Arguments bad(String name, String token, Kind kind) {
    return Arguments.of(Named.of(name, token), kind);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("badTokens")
  void anIdTokenThatIsNotGoodSignsNobodyIn(String token, Kind kind) {
    answer(TOKEN, granted(token));
    assertThat(failure(() -> provider().redeem(arrival(null))).kind()).isEqualTo(kind);
  }

  @Test
  void withoutAnIdTokenNobodyIsSignedIn() {
    answer(TOKEN, okJson("{\"access_token\": \"acc3ss\"}"));
    ProviderException failure = failure(() -> provider().redeem(arrival(null)));
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(failure.getMessage()).contains("gives no ID token");
  }

  @Test
  void severalAudiencesAreGoodIfTheTokenIsForThisClient() throws Exception {
    answer(
        TOKEN,
        granted(signed(KEY, claims(Map.of("aud", List.of("other", CLIENT), "azp", CLIENT)))));
    assertThat(provider().redeem(arrival(null)).person()).isPresent();
  }

  @Test
  void whatTheIdTokenLacksTheUserInfoSays() throws Exception {
    answer(TOKEN, granted(signed(KEY, claims(without("preferred_username", "groups")))));
    answer(
        USER_INFO,
        okJson(
            "{\"sub\": \"alice-id\", \"preferred_username\": \"alice\", \"groups\": [\"ops\"]}"));
    Person person = provider().redeem(arrival(null)).person().orElseThrow();
    assertThat(person.name()).isEqualTo("alice");
    assertThat(person.groups()).containsExactly("ops");
    assertThat(sent(USER_INFO).getHeader("Authorization")).isEqualTo("Bearer acc3ss");
  }

  @Test
  void theUserInfoDoesNotContradictTheIdToken() throws Exception {
    answer(TOKEN, granted(signed(KEY, claims(without("groups")))));
    answer(USER_INFO, okJson("{\"sub\": \"alice-id\", \"preferred_username\": \"root\"}"));
    assertThat(provider().redeem(arrival(null)).person().orElseThrow().name()).isEqualTo("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"sub\": \"bob-id\"}", "{}"})
  void aUserInfoOfSomebodyElseIsRefused(String userInfo) {
    answer(TOKEN, granted(signed(KEY, claims(without("groups")))));
    answer(USER_INFO, okJson(userInfo));
    assertThat(failure(() -> provider().redeem(arrival(null))).kind()).isEqualTo(Kind.MISMATCH);
  }

  @Test
  void withoutANameAnywhereNobodyIsSignedIn() {
    answer(TOKEN, granted(signed(KEY, claims(without("preferred_username")))));
    answer(USER_INFO, okJson("{\"sub\": \"alice-id\"}"));
    ProviderException failure = failure(() -> provider().redeem(arrival(null)));
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(failure.getMessage()).contains("preferred_username", "correct userClaim");
  }

  @ParameterizedTest(name = "announced {0}, iss {1}")
  @CsvSource({
    "false, https://other.example",
    "false, {issuer}/",
    "false, ''",
    "true, https://other.example",
    "true,"
  })
  void anAnswerOfAnotherIssuerIsRefusedBeforeItsCodeIsSent(boolean announced, String issuer) {
    answer(
        DISCOVERY,
        okJson(discovery(", \"authorization_response_iss_parameter_supported\": " + announced)));
    String named = issuer == null ? null : issuer.replace("{issuer}", issuer());
    assertThat(failure(() -> provider().redeem(arrival(named))).kind()).isEqualTo(Kind.MISMATCH);
    assertThat(WEB.getAllServeEvents()).as("discovery and keys").hasSize(2);
  }

  @Test
  void anAnswerThatNamesItsIssuerIsAccepted() throws Exception {
    answer(
        DISCOVERY, okJson(discovery(", \"authorization_response_iss_parameter_supported\": true")));
    answer(TOKEN, granted(signed(KEY, claims(Map.of()))));
    assertThat(provider().redeem(arrival(issuer())).person()).isPresent();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "<html>",
        "{}",
        "{\"issuer\": \"https://other.example\"}",
        "{\"issuer\": \"{issuer}/\"}",
        "{\"issuer\": \"{issuer}\"}"
      })
  void aDocumentThatIsNotOfTheIssuerSignsNobodyIn(String document) {
    answer(
        DISCOVERY,
        document == null
            ? aResponse().withStatus(302).withHeader("Location", "/other")
            : okJson(document.replace("{issuer}", issuer())));
    Kind expected = "<html>".equals(document) ? Kind.AWAY : Kind.MISCONFIGURED;
    assertThat(failure(() -> provider().authorizationUrl(departure(false))).kind())
        .isEqualTo(expected);
  }

  @Test
  void anIssuerThatIsAwayIsTriedAgain() throws Exception {
    answer(DISCOVERY, aResponse().withStatus(503));
    ProviderException failure = failure(() -> provider().authorizationUrl(departure(false)));
    assertThat(failure.kind()).isEqualTo(Kind.AWAY);
    answer(DISCOVERY, okJson(discovery("")));
    assertThat(provider().authorizationUrl(departure(false))).isNotNull();
  }

  @Test
  void anHttpUrlIsRefusedUnlessItIsAllowed() {
    OidcProvider strict = oidc(false, InstantSource.fixed(NOW));
    ProviderException failure =
        catchThrowableOfType(
            ProviderException.class, () -> strict.authorizationUrl(departure(false)));
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(WEB.getAllServeEvents()).isEmpty();
  }

  @Test
  void aKeyThatCameLaterIsFound() throws Exception {
    answer(TOKEN, granted(signed(KEY, claims(Map.of()))));
    MutableClock clock = new MutableClock(NOW);
    OidcProvider provider = oidc(true, clock);
    provider.redeem(arrival(null));
    answer(KEYS, okJson(new JWKSet(List.of(OTHER.toPublicJWK())).toString()));
    answer(TOKEN, granted(signed(OTHER, claims(Map.of()))));
    clock.add(Duration.ofSeconds(9));
    assertThat(failure(() -> provider.redeem(arrival(null))).kind()).isEqualTo(Kind.MISMATCH);
    clock.add(Duration.ofSeconds(1));
    assertThat(provider.redeem(arrival(null)).person()).isPresent();
  }

  @Test
  void whatWasReadLastIsUsedWhileTheIssuerIsAway() throws Exception {
    MutableClock clock = new MutableClock(NOW);
    OidcProvider provider = oidc(true, clock);
    provider.authorizationUrl(departure(false));
    WEB.resetRequests();
    answer(DISCOVERY, aResponse().withStatus(503));
    clock.add(OidcDiscovery.REFRESH.minusSeconds(1));
    provider.authorizationUrl(departure(false));
    assertThat(WEB.getAllServeEvents()).isEmpty();
    clock.add(Duration.ofSeconds(1));
    provider.authorizationUrl(departure(false));
    provider.authorizationUrl(departure(false));
    assertThat(WEB.getAllServeEvents()).hasSize(1);
  }

  /** Set by the test. */
  private static final class MutableClock implements InstantSource {
    private Instant now;

    MutableClock(Instant now) {
      this.now = now;
    }

    void add(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
