package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access tokens of the client itself (RFC 6749, section 4.4). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "!has(self.clientAuthentication) || self.clientAuthentication != 'none'",
    message =
        "clientAuthentication must be basic or post: a public client cannot use client credentials")
public record OAuth2ClientCredentialsSource(
    @JsonPropertyDescription(
            "URL of the token endpoint, such as https://git.example/login/oauth/access_token. The"
                + " operator's configuration must allow it (tokenEndpoints.allowed).")
        @Required
        @Size(min = 1, max = 2048)
        @Pattern(TokenSpec.URL)
        String tokenEndpoint,
    @JsonPropertyDescription(
            "Name of the Secret with the credentials of the client registered there, keys client_id"
                + " and client_secret. It needs the label mcpsession.dev/token-source: \"true\".")
        @Required
        @Size(min = 1, max = 253)
        @Pattern(TokenSpec.SUBDOMAIN)
        String clientSecretName,
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
            "How the client authenticates: basic (in a header) or post (in the body). Default"
                + " basic.")
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

  @Override
  public String fieldName() {
    return "oauth2ClientCredentials";
  }

  @Override
  public OAuth2ClientCredentialsSource withoutDefaults() {
    return new OAuth2ClientCredentialsSource(
        tokenEndpoint,
        clientSecretName,
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
