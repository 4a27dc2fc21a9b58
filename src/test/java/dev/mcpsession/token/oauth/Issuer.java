package dev.mcpsession.token.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sources that name an authorization server at some URL, and the Secrets beside them.
 *
 * @param url with scheme, host and port
 */
record Issuer(
    String url,
    ClientAuthentication authentication,
    @Nullable String caSecretName,
    boolean introspects,
    @Nullable List<String> audience,
    @Nullable List<String> resource,
    Map<String, Secret> secrets) {
  static final String CLIENT_SECRET = "forgejo-client";
  static final String CA_SECRET = "forgejo-ca";
  static final String ID = "operator";
  static final String PASSWORD = "cl1ent-s3cr3t";

  static Issuer at(String url) {
    return new Issuer(url, ClientAuthentication.basic, null, false, null, null, new HashMap<>())
        .with(CLIENT_SECRET, Map.of("client_id", ID, "client_secret", PASSWORD));
  }

  Issuer with(String name, Map<String, String> data) {
    SecretBuilder secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withUid("uid-of-" + name)
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata();
    data.forEach(
        (key, value) ->
            secret.addToData(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
    Map<String, Secret> all = new HashMap<>(secrets);
    all.put(name, secret.build());
    return new Issuer(url, authentication, caSecretName, introspects, audience, resource, all);
  }

  Issuer trusting(String pem) {
    return new Issuer(url, authentication, CA_SECRET, introspects, audience, resource, secrets)
        .with(CA_SECRET, Map.of(OAuth2Source.CA_KEY, pem));
  }

  Issuer authenticating(ClientAuthentication how) {
    return new Issuer(url, how, caSecretName, introspects, audience, resource, secrets);
  }

  Issuer forServices(List<String> audience, List<String> resource) {
    return new Issuer(url, authentication, caSecretName, introspects, audience, resource, secrets);
  }

  Issuer introspecting() {
    return new Issuer(url, authentication, caSecretName, true, audience, resource, secrets);
  }

  SourceSecret.Lookup lookup() {
    return (namespace, name) -> secrets.get(name);
  }

  OAuthClient client() throws TokenFailure {
    return OAuthClient.read(refresh(), "team", lookup());
  }

  /** Uses the refresh token {@code old}, once, by a client that may call this issuer only. */
  IssuedTokens refreshOnce(IssuerProxies proxies, IssuerCalls calls)
      throws TokenFailure, InterruptedException {
    try (NimbusAuthorizationServer server =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(List.of(EndpointUrl.parse(url)), true),
            proxies,
            InstantSource.fixed(Instant.EPOCH),
            calls,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20))) {
      return server.refresh(refresh(), client(), "old", () -> true);
    }
  }

  OAuth2RefreshSource refresh(String... scopes) {
    return new OAuth2RefreshSource(
        tokenEndpoint(),
        CLIENT_SECRET,
        "alice-grant",
        audience,
        resource,
        scopes.length == 0 ? null : List.of(scopes),
        authentication,
        caSecretName,
        revocationEndpoint(),
        introspectionEndpoint());
  }

  OAuth2ClientCredentialsSource clientCredentials(String... scopes) {
    return new OAuth2ClientCredentialsSource(
        tokenEndpoint(),
        CLIENT_SECRET,
        audience,
        resource,
        scopes.length == 0 ? null : List.of(scopes),
        authentication,
        caSecretName,
        revocationEndpoint(),
        introspectionEndpoint());
  }

  OAuth2TokenExchangeSource exchange(
      SubjectToken subject, List<String> audience, List<String> resource) {
    return new OAuth2TokenExchangeSource(
        tokenEndpoint(),
        CLIENT_SECRET,
        subject,
        audience,
        resource,
        null,
        authentication,
        caSecretName,
        revocationEndpoint(),
        introspectionEndpoint());
  }

  private String tokenEndpoint() {
    return url + "/login/token?tenant=hidden";
  }

  private String revocationEndpoint() {
    return url + "/login/revoke";
  }

  private @Nullable String introspectionEndpoint() {
    return introspects ? url + "/login/introspect" : null;
  }
}
