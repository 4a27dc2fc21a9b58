package dev.mcpsession.signin.provider;

import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.GatewayConfig.IdentityProvider;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.AuthorizationCode;
import dev.mcpsession.token.oauth.CodeFlowClient;
import dev.mcpsession.token.oauth.OAuthClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The OpenID Connect provider of the configuration. */
final class OidcProvider implements Provider {
  private static final String SECTION = "signIn.identityProvider";

  private final IdentityProvider config;
  private final CodeFlowClient server;
  private final URI redirectUri;
  private final Failures failures;
  private final OidcDiscovery discovery;
  private final IdTokens idTokens;

  /**
   * @param allowHttp whether its URLs may be http
   * @param redirectUri of the gateway, as it is registered for the client
   */
  OidcProvider(
      IdentityProvider config,
      boolean allowHttp,
      CodeFlowClient server,
      URI redirectUri,
      InstantSource clock) {
    this.config = config;
    this.server = server;
    this.redirectUri = redirectUri;
    this.failures = new Failures(host());
    this.idTokens = new IdTokens(config.issuer().toString(), config.clientId(), failures);
    this.discovery =
        new OidcDiscovery(
            now ->
                OidcMetadata.read(
                    config.issuer(), client(ClientAuthentication.none), server, allowHttp, now),
            clock);
  }

  @Override
  public String host() {
    @Nullable EndpointUrl url = EndpointUrl.parse(config.issuer().toString());
    return url == null ? config.issuer().getAuthority() : url.hostAndPort();
  }

  @Override
  public String fingerprint() {
    return Fingerprint.of("issuer", config.issuer().toString());
  }

  @Override
  public URI authorizationUrl(Departure departure) throws ProviderException {
    OidcMetadata metadata = metadata();
    try {
      Scope scope = new Scope(config.scopes().toArray(String[]::new));
      scope.add("openid");
      // PKCE by name: the builder's own method wants the verifier, which stays where it is.
      AuthenticationRequest.Builder request =
          new AuthenticationRequest.Builder(
                  ResponseType.CODE, scope, new ClientID(config.clientId()), redirectUri)
              .state(new State(departure.state()))
              .nonce(new Nonce(departure.nonce()))
              .customParameter(
                  "code_challenge", CodeChallenge.parse(departure.codeChallenge()).getValue())
              .customParameter("code_challenge_method", CodeChallengeMethod.S256.getValue());
      if (departure.freshLogin()) {
        request.prompt(Prompt.Type.LOGIN);
      }
      return AuthorizationUrl.of(metadata.authorization(), request.build());
    } catch (ParseException | RuntimeException e) {
      throw failures.misconfigured(
          "the request for authorization cannot be written; check clientId and scopes of "
              + SECTION);
    }
  }

  @Override
  public Redeemed redeem(Arrival arrival) throws ProviderException {
    OidcMetadata metadata = metadata();
    checkIssuer(arrival.issuer(), metadata);
    try {
      OAuthClient client = client(metadata.authentication());
      CodeFlowClient.Redeemed redeemed =
          server.redeem(
              metadata.token(),
              client,
              new AuthorizationCode(
                  arrival.code(), redirectUri, arrival.codeVerifier(), List.of(), List.of()));
      JWT token = idTokens.parse(redeemed.idToken());
      OidcMetadata published =
          IdTokens.isKeyKnown(token, metadata.keys()) ? metadata : discovery.newer();
      UserClaims claims =
          completed(
              idTokens.verified(token, published.keys(), arrival.nonce()),
              published,
              client,
              redeemed.tokens().accessToken());
      return new Redeemed(
          Optional.of(person(claims)), Optional.empty(), redeemed.tokens().obtainedAt());
    } catch (TokenFailure failure) {
      throw failures.of(failure);
    } catch (InterruptedException e) {
      throw failures.interrupted();
    }
  }

  private OidcMetadata metadata() throws ProviderException {
    try {
      return discovery.metadata();
    } catch (TokenFailure failure) {
      throw failures.of(failure);
    } catch (InterruptedException e) {
      throw failures.interrupted();
    }
  }

  /** RFC 9207. */
  private void checkIssuer(Optional<String> issuer, OidcMetadata metadata)
      throws ProviderException {
    if (issuer.isEmpty() && metadata.namesIssuer()) {
      throw failures.mismatch("the answer does not name its issuer (iss)");
    }
    if (issuer.isPresent() && !issuer.get().equals(config.issuer().toString())) {
      throw failures.mismatch("the answer is of another issuer (iss)");
    }
  }

  /** Asks the provider for the claims about names and groups that are not in the ID token. */
  private UserClaims completed(
      Map<String, Object> idToken, OidcMetadata metadata, OAuthClient client, String accessToken)
      throws ProviderException, TokenFailure, InterruptedException {
    UserClaims claims = new UserClaims(idToken);
    if (metadata.userInfo().isEmpty()
        || (claims.has(config.userClaim()) && claims.has(config.groupsClaim()))) {
      return claims;
    }
    Map<String, Object> userInfo = server.userInfo(metadata.userInfo().get(), client, accessToken);
    // OpenID Connect Core 1.0, section 5.3.2: it may be of somebody else otherwise.
    if (!new UserClaims(userInfo).subject("sub").equals(claims.subject("sub"))) {
      throw failures.mismatch("the user info is of another user than the ID token");
    }
    Map<String, Object> all = new HashMap<>(userInfo);
    all.putAll(idToken);
    return new UserClaims(all);
  }

  private Person person(UserClaims claims) throws ProviderException {
    return new Person(
        new Owner(
            config.issuer().toString(),
            claims
                .subject("sub")
                .orElseThrow(() -> failures.mismatch("the ID token names no user (sub)"))),
        claims
            .name(config.userClaim())
            .orElseThrow(
                () ->
                    failures.misconfigured(
                        "neither the ID token nor the user info names the user in claim "
                            + config.userClaim()
                            + " with a text of at most 256 characters; correct userClaim or scopes"
                            + " of "
                            + SECTION)),
        claims.groups(config.groupsClaim()),
        fingerprint());
  }

  /** Its files are read each time, so that they can be replaced while the gateway runs. */
  private OAuthClient client(ClientAuthentication authentication) throws ProviderException {
    Optional<Path> secretFile =
        authentication == ClientAuthentication.none ? Optional.empty() : config.clientSecretFile();
    return OAuthClient.configured(
        SECTION,
        config.clientId(),
        secretFile.isEmpty() ? null : text("clientSecretFile", secretFile.get()),
        config.caFile().isEmpty() ? null : text("caFile", config.caFile().get()),
        authentication);
  }

  private String text(String setting, Path file) throws ProviderException {
    try {
      String text = Files.readString(file).strip();
      if (!text.isEmpty()) {
        return text;
      }
    } catch (IOException e) {
      // Said below.
    }
    throw failures.misconfigured(
        "the file " + SECTION + "." + setting + " (" + file + ") is empty or cannot be read");
  }

  /** Does nothing: no refresh token of an identity provider is kept. */
  @Override
  public void revoke(String refreshToken) {}
}
