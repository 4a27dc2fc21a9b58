package dev.mcpsession.signin.provider;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.CodeFlowClient;
import dev.mcpsession.token.oauth.CodeFlowClient.Endpoint;
import dev.mcpsession.token.oauth.OAuthClient;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.minidev.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * What an identity provider publishes of itself (OpenID Connect Discovery 1.0).
 *
 * @param userInfo empty: it has none
 * @param namesIssuer whether its answers have the parameter iss (RFC 9207)
 * @param authentication how a client with a secret proves itself
 * @param readAt when it was asked
 */
record OidcMetadata(
    EndpointUrl authorization,
    Endpoint token,
    Optional<Endpoint> userInfo,
    boolean namesIssuer,
    ClientAuthentication authentication,
    JWKSet keys,
    Instant readAt) {
  private static final String PATH = "/.well-known/openid-configuration";

  /**
   * Reads it; blocks for two requests.
   *
   * @param allowHttp whether URLs may be http
   * @throws TokenFailure if it is not there, or of no use
   */
  static OidcMetadata read(
      URI issuer, OAuthClient client, CodeFlowClient server, boolean allowHttp, Instant now)
      throws TokenFailure, InterruptedException {
    Endpoint at =
        endpoint(
            "signIn.identityProvider.issuer",
            URI.create(issuer.toString().replaceFirst("/$", "") + PATH),
            allowHttp);
    OIDCProviderMetadata metadata;
    Map<String, Object> document = server.document(at, client);
    // Otherwise one issuer could pass itself off as another (section 4.3).
    if (!issuer.toString().equals(document.get("issuer"))) {
      throw failed(
          at.url().shown()
              + " is of another issuer; write signIn.identityProvider.issuer letter for letter as"
              + " it is there");
    }
    try {
      metadata = OIDCProviderMetadata.parse(new JSONObject(document));
    } catch (ParseException e) {
      throw failed(at.url().shown() + " is not the metadata of an OpenID provider");
    }
    Endpoint keys = endpoint("jwks_uri", metadata.getJWKSetURI(), allowHttp);
    @Nullable URI userInfo = metadata.getUserInfoEndpointURI();
    return new OidcMetadata(
        endpoint("authorization_endpoint", metadata.getAuthorizationEndpointURI(), allowHttp).url(),
        endpoint("token_endpoint", metadata.getTokenEndpointURI(), allowHttp),
        userInfo == null
            ? Optional.empty()
            : Optional.of(endpoint("userinfo_endpoint", userInfo, allowHttp)),
        metadata.supportsAuthorizationResponseIssuerParam(),
        authentication(metadata.getTokenEndpointAuthMethods()),
        keys(keys, server.document(keys, client)),
        now);
  }

  private static JWKSet keys(Endpoint at, Map<String, Object> document) throws TokenFailure {
    try {
      return JWKSet.parse(JSONObjectUtils.toJSONString(document)).toPublicJWKSet();
    } catch (java.text.ParseException e) {
      throw failed(at.url().shown() + " is not a JSON Web Key Set");
    }
  }

  /** Basic unless the provider says that it knows only the other (RFC 8414: basic if silent). */
  private static ClientAuthentication authentication(
      @Nullable List<ClientAuthenticationMethod> methods) {
    return methods != null
            && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST)
        ? ClientAuthentication.post
        : ClientAuthentication.basic;
  }

  private static Endpoint endpoint(String field, @Nullable URI uri, boolean allowHttp)
      throws TokenFailure {
    @Nullable EndpointUrl url = uri == null ? null : EndpointUrl.parse(uri.toString());
    if (url == null || (url.isHttp() && !allowHttp)) {
      throw failed("the identity provider's " + field + " is not a plain https URL");
    }
    return new Endpoint(field, url);
  }

  private static TokenFailure failed(String words) {
    return new TokenFailure(TokenFailure.Kind.FAILED, words);
  }
}
