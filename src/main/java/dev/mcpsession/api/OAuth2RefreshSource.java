package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens obtained with a refresh token (RFC 6749, section 6), which is stored only in the
 * grant Secret: any number of sessions may name it, and one renewal serves them all.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record OAuth2RefreshSource(
    @JsonPropertyDescription(
            "URL of the token endpoint, such as https://git.example/login/oauth/access_token. The"
                + " operator's configuration must allow it (tokenEndpoints.allowed).")
        @Required
        @Size(min = 1, max = 2048)
        @Pattern(TokenSpec.URL)
        String tokenEndpoint,
    @JsonPropertyDescription(
            "Name of the Secret with the credentials of the client registered there, keys client_id"
                + " and client_secret, which a public client does not have. It needs the label"
                + " mcpsession.dev/token-source: \"true\".")
        @Required
        @Size(min = 1, max = 253)
        @Pattern(TokenSpec.SUBDOMAIN)
        String clientSecretName,
    @JsonPropertyDescription(
            "Name of the Secret with one user's grant, key refresh_token. The operator keeps it up"
                + " to date, and writes access_token and expires_at beside it. Any number of"
                + " sessions may name it; nothing else may use that refresh token. It needs the"
                + " label mcpsession.dev/token-source: \"true\". Default: spec.grantSecretName of"
                + " the session.")
        @Size(min = 1, max = 253)
        @Pattern(TokenSpec.SUBDOMAIN)
        @Nullable String grantSecretName,
    @JsonPropertyDescription(
            "Logical names of the services that the token is for, in the parameter audience of the"
                + " request, which some authorization servers want. Default: none.")
        @Size(max = 16)
        @Nullable List<@Size(min = 1, max = 1024) String> audience,
    @JsonPropertyDescription(
            "URIs of the services that the token is for (RFC 8707, resource). Default: none.")
        @Size(max = 16)
        @Nullable List<@Size(min = 1, max = 1024) @Pattern(TokenSpec.RESOURCE) String> resource,
    @JsonPropertyDescription("Scopes to request. Default: none, the authorization server decides.")
        @Size(max = 64)
        @Nullable List<@Size(min = 1, max = 256) @Pattern(TokenSpec.SCOPE) String> scopes,
    @JsonPropertyDescription(
            "How the client authenticates: basic (in a header), post (in the body), or none for a"
                + " public client, which sends its client_id alone. Default basic.")
        @Default("basic")
        @Nullable ClientAuthentication clientAuthentication,
    @JsonPropertyDescription(
            "Name of a Secret whose key ca.crt holds the certificate authorities, in PEM, that are"
                + " trusted for these endpoints instead of the public ones. It needs the label"
                + " mcpsession.dev/token-source: \"true\". Default: the public ones.")
        @Size(min = 1, max = 253)
        @Pattern(TokenSpec.SUBDOMAIN)
        @Nullable String caSecretName,
    @JsonPropertyDescription(
            "URL at which the session's access token is revoked when the session ends (RFC 7009);"
                + " the session then has a finalizer, for at most 60 seconds. Must be allowed like"
                + " the token endpoint. Default: none, the token expires by itself.")
        @Size(min = 1, max = 2048)
        @Pattern(TokenSpec.URL)
        @Nullable String revocationEndpoint,
    @JsonPropertyDescription(
            "URL queried for a token's expiry (RFC 7662) if the token endpoint does not return it."
                + " Must be allowed like the token endpoint. Default: none, 3600 seconds (1 hour)"
                + " are assumed.")
        @Size(min = 1, max = 2048)
        @Pattern(TokenSpec.URL)
        @Nullable String introspectionEndpoint)
    implements OAuth2Source {
  /** Key of the grant Secret. */
  public static final String REFRESH_TOKEN_KEY = "refresh_token";

  /** Key of the grant Secret, written by the operator. */
  public static final String ACCESS_TOKEN_KEY = "access_token";

  /** Key of the grant Secret, written by the operator: RFC 3339. */
  public static final String EXPIRES_AT_KEY = "expires_at";

  @Override
  public String fieldName() {
    return "oauth2Refresh";
  }

  @Override
  public Set<String> secretNames() {
    Set<String> names = OAuth2Source.super.secretNames();
    if (grantSecretName != null) {
      names.add(grantSecretName);
    }
    return names;
  }

  /** Whether sessions with these two sources in one namespace get the same token. */
  public boolean sharesTokensWith(OAuth2RefreshSource other) {
    return grantSecretName != null && grantSecretName.equals(other.grantSecretName);
  }

  /**
   * Name of the grant Secret of a source that has one.
   *
   * @throws NullPointerException if neither the session nor its template names one
   */
  public String grant() {
    return Objects.requireNonNull(grantSecretName, "a source without a grant is never used");
  }

  /** A copy with this grant Secret. */
  OAuth2RefreshSource withGrant(String name) {
    return new OAuth2RefreshSource(
        tokenEndpoint,
        clientSecretName,
        name,
        audience,
        resource,
        scopes,
        clientAuthentication,
        caSecretName,
        revocationEndpoint,
        introspectionEndpoint);
  }

  @Override
  public OAuth2RefreshSource withoutDefaults() {
    return new OAuth2RefreshSource(
        tokenEndpoint,
        clientSecretName,
        grantSecretName,
        audience,
        resource,
        scopes,
        notTheDefault(),
        caSecretName,
        revocationEndpoint,
        introspectionEndpoint);
  }

  private @Nullable ClientAuthentication notTheDefault() {
    return clientAuthentication == ClientAuthentication.basic ? null : clientAuthentication;
  }
}
