package dev.mcpsession.signin.provider;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.AuthorizationCode;
import dev.mcpsession.token.oauth.CodeFlowClient;
import dev.mcpsession.token.oauth.CodeFlowClient.Endpoint;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The OAuth 2 provider of a template, such as Forgejo, Gitea or GitHub. */
final class UpstreamProvider implements Provider {
  private static final String GROUPS = "groups";

  private final Upstream upstream;
  private final ClientSecret clientSecret;
  private final CodeFlowClient server;
  private final URI redirectUri;
  private final Failures failures;

  /** Where the client is that the gateway is for the upstream. */
  @FunctionalInterface
  interface ClientSecret {
    /** As it is now; blocks. */
    OAuthClient read() throws TokenFailure;
  }

  /**
   * @param clientSecret read only when something is asked of the upstream
   * @param redirectUri of the gateway, as it is registered for the client
   */
  UpstreamProvider(
      Upstream upstream, ClientSecret clientSecret, CodeFlowClient server, URI redirectUri) {
    this.upstream = upstream;
    this.clientSecret = clientSecret;
    this.server = server;
    this.redirectUri = redirectUri;
    this.failures = new Failures(host());
  }

  @Override
  public String host() {
    return upstream.authorization().hostAndPort();
  }

  @Override
  public String fingerprint() {
    return upstream.fingerprint();
  }

  private OAuthClient client() throws ProviderException {
    try {
      return clientSecret.read();
    } catch (TokenFailure failure) {
      throw failures.ofSecrets(failure);
    }
  }

  @Override
  public URI authorizationUrl(Departure departure) throws ProviderException {
    OAuthClient client = client();
    try {
      // PKCE by name: the builder's own method wants the verifier, which stays where it is.
      AuthorizationRequest.Builder request =
          new AuthorizationRequest.Builder(ResponseType.CODE, new ClientID(client.id()))
              .redirectionURI(redirectUri)
              .state(new State(departure.state()))
              .customParameter(
                  "code_challenge", CodeChallenge.parse(departure.codeChallenge()).getValue())
              .customParameter("code_challenge_method", CodeChallengeMethod.S256.getValue());
      List<String> scopes = upstream.signIn().requestedScopes();
      if (!scopes.isEmpty()) {
        request.scope(new Scope(scopes.toArray(String[]::new)));
      }
      if (departure.freshLogin()) {
        request.prompt(Prompt.Type.LOGIN);
      }
      if (!resource().isEmpty()) {
        request.resources(resource().stream().map(URI::create).toArray(URI[]::new));
      }
      if (!audience().isEmpty()) {
        request.customParameter("audience", audience().toArray(String[]::new));
      }
      return AuthorizationUrl.of(upstream.authorization(), request.build());
    } catch (ParseException | RuntimeException e) {
      throw failures.misconfigured(
          "the request for authorization cannot be written; check client_id in Secret "
              + upstream.source().clientSecretName()
              + ", signIn.scopes, audience and resource");
    }
  }

  @Override
  public Redeemed redeem(Arrival arrival) throws ProviderException {
    checkIssuer(arrival.issuer());
    OAuthClient client = client();
    try {
      IssuedTokens tokens =
          server
              .redeem(
                  upstream.token(),
                  client,
                  new AuthorizationCode(
                      arrival.code(), redirectUri, arrival.codeVerifier(), audience(), resource()))
              .tokens();
      Optional<Person> person =
          upstream.userInfo().isEmpty()
              ? Optional.empty()
              : Optional.of(person(upstream.userInfo().get(), client, tokens.accessToken()));
      return new Redeemed(person, Optional.ofNullable(tokens.refreshToken()), tokens.obtainedAt());
    } catch (TokenFailure failure) {
      throw failures.of(failure);
    } catch (InterruptedException e) {
      throw failures.interrupted();
    }
  }

  /**
   * An answer that says whose it is must be of the host that the user was sent to (RFC 9207). Only
   * that can be compared: a template does not name its upstream's issuer.
   */
  private void checkIssuer(Optional<String> issuer) throws ProviderException {
    if (issuer.isEmpty()) {
      return;
    }
    @Nullable EndpointUrl url = EndpointUrl.parse(issuer.get());
    if (url == null || !url.origin().equals(upstream.authorization().origin())) {
      throw failures.mismatch("the answer is of another issuer (iss)");
    }
  }

  private Person person(Endpoint userInfo, OAuthClient client, String accessToken)
      throws ProviderException, TokenFailure, InterruptedException {
    UserClaims claims = new UserClaims(server.userInfo(userInfo, client, accessToken));
    String subject = upstream.signIn().subject();
    String user = upstream.signIn().user();
    return new Person(
        new Owner(
            upstream.authorization().origin(),
            claims
                .subject(subject)
                .orElseThrow(
                    () ->
                        failures.misconfigured(
                            userInfo.field()
                                + " "
                                + userInfo.url().shown()
                                + " gives no id of the user in field "
                                + subject
                                + ", which must be a text or a whole number; correct"
                                + " signIn.subjectClaim, or the scopes"))),
        claims
            .name(user)
            .orElseThrow(
                () ->
                    failures.misconfigured(
                        userInfo.field()
                            + " "
                            + userInfo.url().shown()
                            + " gives no name of the user in field "
                            + user
                            + ", which must be a text of at most 256 characters; correct"
                            + " signIn.userClaim, or the scopes")),
        claims.groups(GROUPS),
        fingerprint());
  }

  @Override
  public void revoke(String refreshToken) throws ProviderException {
    if (upstream.revocation().isEmpty()) {
      return;
    }
    OAuthClient client = client();
    try {
      server.revoke(upstream.revocation().get(), client, refreshToken);
    } catch (TokenFailure failure) {
      throw failures.of(failure);
    } catch (InterruptedException e) {
      throw failures.interrupted();
    }
  }

  private List<String> audience() {
    return Objects.requireNonNullElse(upstream.source().audience(), List.of());
  }

  private List<String> resource() {
    return Objects.requireNonNullElse(upstream.source().resource(), List.of());
  }
}
