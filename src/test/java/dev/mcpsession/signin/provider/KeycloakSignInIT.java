package dev.mcpsession.signin.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.GatewayConfig.Clients;
import dev.mcpsession.config.GatewayConfig.IdentityProvider;
import dev.mcpsession.config.GatewayConfig.SignIn;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.issuer.TokenAnswer;
import dev.mcpsession.issuer.TokenClient;
import dev.mcpsession.issuer.keycloak.Keycloak;
import dev.mcpsession.issuer.keycloak.KeycloakTest;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.provider.Provider.Arrival;
import dev.mcpsession.signin.provider.Provider.Departure;
import dev.mcpsession.signin.provider.Provider.Redeemed;
import dev.mcpsession.signin.provider.ProviderException.Kind;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People sign in at a real identity provider, which is an upstream as well. */
@KeycloakTest
class KeycloakSignInIT {
  /** Nobody listens there: what would go to the gateway stays in the user agent. */
  private static final String GATEWAY = "http://127.0.0.1:9";

  private static final String CALLBACK = GATEWAY + "/oauth/callback";

  private final Keycloak keycloak;
  private final CodeVerifier verifier = new CodeVerifier();
  @AutoClose private final HttpPerson person = new HttpPerson();
  @TempDir private Path folder;
  private ConfiguredProviders providers;

  KeycloakSignInIT(Keycloak keycloak) {
    this.keycloak = keycloak;
  }

  @BeforeEach
  void open() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), keycloak.gatewayClientSecret());
    providers =
        new ConfiguredProviders(
            new SignIn(
                URI.create(GATEWAY),
                Optional.empty(),
                "keys",
                Optional.of(
                    new IdentityProvider(
                        URI.create(keycloak.issuer()),
                        keycloak.gatewayClientId(),
                        Optional.of(secret),
                        List.of("openid", "profile"),
                        "preferred_username",
                        "groups",
                        Optional.empty())),
                List.of(EndpointUrl.parse(keycloak.issuer())),
                Duration.ofMinutes(10),
                Duration.ofDays(14),
                Duration.ofDays(90),
                new Clients(true, true, List.of(), false)),
            true,
            Templates.client(keycloak.gatewayClientId(), keycloak.gatewayClientSecret()),
            IssuerProxies.none(),
            InstantSource.system(),
            (endpoint, outcome, duration) -> {});
  }

  @AfterEach
  void close() {
    providers.close();
  }

  private Provider upstream() throws ProviderException {
    McpSessionTemplate template =
        Templates.parsed(
            """
            metadata: {namespace: team, name: forgejo}
            spec:
              signIn:
                identity: Upstream
                authorizationEndpoint: %s
                userInfoEndpoint: %s
                scopes: [openid, offline_access]
              session:
                podTemplate: {}
                token:
                  oauth2Refresh:
                    tokenEndpoint: %s
                    revocationEndpoint: %s
                    clientSecretName: forgejo-client
            """
                .formatted(
                    keycloak.authorizationEndpoint(),
                    keycloak.userInfoEndpoint(),
                    keycloak.tokenEndpoint(),
                    keycloak.revocationEndpoint()));
    return providers.upstream(template);
  }

  private Provider identityProvider() {
    return providers.identityProvider().orElseThrow();
  }

  /** What a user comes back with. */
  private Arrival signIn(Provider provider, String user) throws ProviderException {
    URI url =
        provider.authorizationUrl(
            new Departure(
                "st4te",
                CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue(),
                "n0nce",
                true));
    Map<String, List<String>> back =
        ProviderFixture.query(URI.create(person.signIn(url.toString(), user, CALLBACK)));
    assertThat(back).containsEntry("state", List.of("st4te"));
    return new Arrival(
        back.get("code").getFirst(),
        Optional.of(back.get("iss").getFirst()),
        verifier.getValue(),
        "n0nce");
  }

  @Test
  void anIdentityProviderSaysWhoSomebodyIs() throws Exception {
    Person alice =
        identityProvider().redeem(signIn(identityProvider(), "alice")).person().orElseThrow();
    assertThat(alice.name()).isEqualTo("alice");
    assertThat(alice.owner().issuer()).isEqualTo(keycloak.issuer());
    assertThat(alice.owner().subject()).isNotEqualTo("alice").isNotBlank();
    assertThat(alice.groups()).containsExactly("staff");
  }

  @Test
  void whoeverSignsInAgainIsAskedWhoTheyAre() throws Exception {
    identityProvider().redeem(signIn(identityProvider(), "alice"));
    person.open(
        identityProvider()
            .authorizationUrl(
                new Departure(
                    "st4te",
                    CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue(),
                    "n0nce",
                    true))
            .toString());
    assertThat(person.hasField("password")).isTrue();
  }

  @Test
  void anUpstreamGivesAGrantThatTheOperatorCanRenewAndTheGatewayRevoke() throws Exception {
    Redeemed redeemed = upstream().redeem(signIn(upstream(), "bob"));
    Person bob = redeemed.person().orElseThrow();
    assertThat(bob.name()).isEqualTo("bob");
    assertThat(keycloak.issuer()).startsWith(bob.owner().issuer() + "/");
    assertThat(bob.groups()).isEmpty();
    String first = redeemed.refreshToken().orElseThrow();

    TokenAnswer renewed = refresh(first);
    assertThat(renewed.status()).isEqualTo(200);
    assertThat(keycloak.userOf(renewed.accessToken())).isEqualTo("bob");

    upstream().revoke(renewed.refreshToken());
    assertThat(refresh(renewed.refreshToken()).failure()).startsWith("400 invalid_grant");
  }

  private TokenAnswer refresh(String refreshToken) {
    return new TokenClient(
            TokenClient.newHttp(), keycloak.gatewayClientId(), keycloak.gatewayClientSecret())
        .refresh(keycloak.tokenEndpoint(), refreshToken);
  }

  @Test
  void aCodeIsGoodOnceAndOnlyWithItsVerifierAndNonce() throws Exception {
    Arrival arrival = signIn(identityProvider(), "alice");
    Arrival stolen =
        new Arrival(
            arrival.code(), arrival.issuer(), new CodeVerifier().getValue(), arrival.nonce());
    assertThat(kind(identityProvider(), stolen)).isEqualTo(Kind.REFUSED);

    Arrival other = signIn(identityProvider(), "alice");
    Arrival forged =
        new Arrival(other.code(), other.issuer(), other.codeVerifier(), "another-nonce");
    assertThat(kind(identityProvider(), forged)).isEqualTo(Kind.MISMATCH);
    assertThat(kind(identityProvider(), other)).isEqualTo(Kind.REFUSED);
  }

  private static Kind kind(Provider provider, Arrival arrival) {
    return catchThrowableOfType(ProviderException.class, () -> provider.redeem(arrival)).kind();
  }
}
