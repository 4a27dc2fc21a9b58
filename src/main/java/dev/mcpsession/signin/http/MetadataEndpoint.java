package dev.mcpsession.signin.http;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.SubjectType;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.web.Endpoint;
import dev.mcpsession.signin.web.SignInPaths;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import net.minidev.json.JSONObject;

/**
 * Says what the authorization server is and can (RFC 8414). The same for all, and never changes.
 */
final class MetadataEndpoint implements Endpoint {
  /** So that a change of the configuration is known soon. */
  private static final String CACHE_CONTROL = "max-age=300";

  private final SiteAnswer answer;

  private MetadataEndpoint(JSONObject document) {
    answer =
        SiteAnswer.of(200, "application/json; charset=utf-8", document.toJSONString())
            .with("Cache-Control", CACHE_CONTROL);
  }

  /**
   * As RFC 8414 has it.
   *
   * @param scopes that may be asked for; empty: none are known
   */
  static MetadataEndpoint oauth(GatewayConfig.SignIn config, Collection<String> scopes) {
    return new MetadataEndpoint(document(config, scopes));
  }

  /**
   * The same with what OpenID Connect Discovery requires, without which clients refuse it. No ID
   * token is ever given.
   */
  static MetadataEndpoint openid(GatewayConfig.SignIn config, Collection<String> scopes) {
    JSONObject document = document(config, scopes);
    document.put("subject_types_supported", List.of(SubjectType.PUBLIC.toString()));
    document.put("id_token_signing_alg_values_supported", List.of(JWSAlgorithm.ES256.getName()));
    return new MetadataEndpoint(document);
  }

  private static JSONObject document(GatewayConfig.SignIn config, Collection<String> scopes) {
    String issuer = config.issuer().toString();
    AuthorizationServerMetadata metadata = new AuthorizationServerMetadata(new Issuer(issuer));
    metadata.setAuthorizationEndpointURI(URI.create(issuer + SignInPaths.AUTHORIZE));
    metadata.setTokenEndpointURI(URI.create(issuer + SignInPaths.TOKEN));
    metadata.setRevocationEndpointURI(URI.create(issuer + SignInPaths.REVOKE));
    metadata.setJWKSetURI(URI.create(issuer + SignInPaths.JWKS));
    if (config.clients().dynamicRegistration()) {
      metadata.setRegistrationEndpointURI(URI.create(issuer + SignInPaths.REGISTER));
    }
    if (!scopes.isEmpty()) {
      metadata.setScopes(new Scope(scopes.stream().distinct().sorted().toArray(String[]::new)));
    }
    List<ClientAuthenticationMethod> none = List.of(ClientAuthenticationMethod.NONE);
    metadata.setResponseTypes(List.of(ResponseType.CODE));
    metadata.setResponseModes(List.of(ResponseMode.QUERY));
    metadata.setGrantTypes(List.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN));
    metadata.setCodeChallengeMethods(List.of(CodeChallengeMethod.S256));
    metadata.setTokenEndpointAuthMethods(none);
    metadata.setRevocationEndpointAuthMethods(none);
    metadata.setSupportsAuthorizationResponseIssuerParam(true);
    metadata.setCustomParameter(
        "client_id_metadata_document_supported", config.clients().metadataDocuments());
    return metadata.toJSONObject();
  }

  @Override
  public SiteAnswer answer(SiteRequest request) {
    return request.method().equals("GET") || request.method().equals("HEAD")
        ? answer
        : SiteAnswer.of(405).with("Allow", "GET, HEAD");
  }
}
