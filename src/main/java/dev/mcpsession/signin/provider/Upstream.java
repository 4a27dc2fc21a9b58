package dev.mcpsession.signin.provider;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.AllowedEndpoints;
import dev.mcpsession.token.oauth.CodeFlowClient.Endpoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PURE. What a template says of the upstream that its users sign in at; every URL is allowed.
 *
 * @param userInfo empty: the upstream is not asked who a user is
 * @param revocation empty: refresh tokens are not revoked
 */
record Upstream(
    SignIn signIn,
    OAuth2RefreshSource source,
    EndpointUrl authorization,
    Endpoint token,
    Optional<Endpoint> userInfo,
    Optional<Endpoint> revocation) {
  private static final String AUTHORIZATION = "signIn.authorizationEndpoint";
  private static final String USER_INFO = "signIn.userInfoEndpoint";

  /**
   * Reads a template.
   *
   * @throws ProviderException MISCONFIGURED if something is missing or not allowed
   */
  static Upstream of(McpSessionTemplate template, AllowedEndpoints allowed)
      throws ProviderException {
    String name = template.getMetadata().getNamespace() + "/" + template.getMetadata().getName();
    SignIn signIn = template.getSpec().signIn();
    TokenSpec token = template.getSpec().session().token();
    OAuth2RefreshSource source = token == null ? null : token.oauth2Refresh();
    Failures failures = new Failures("the upstream of template " + name);
    if (signIn == null || signIn.authorizationEndpoint() == null) {
      throw failures.misconfigured("the template needs " + AUTHORIZATION);
    }
    if (source == null) {
      throw failures.misconfigured("the template needs session.token.oauth2Refresh");
    }
    boolean asksWho = signIn.identity() == SignIn.Identity.Upstream;
    if (asksWho && signIn.userInfoEndpoint() == null) {
      throw failures.misconfigured(
          "the template needs " + USER_INFO + ", since its signIn.identity is Upstream");
    }
    try {
      return new Upstream(
          signIn,
          source,
          allowed.check(AUTHORIZATION, signIn.authorizationEndpoint()),
          new Endpoint("tokenEndpoint", allowed.check("tokenEndpoint", source.tokenEndpoint())),
          asksWho ? endpoint(allowed, USER_INFO, signIn.userInfoEndpoint()) : Optional.empty(),
          endpoint(allowed, "revocationEndpoint", source.revocationEndpoint()));
    } catch (TokenFailure failure) {
      throw failures.misconfigured(failure.getMessage());
    }
  }

  private static Optional<Endpoint> endpoint(
      AllowedEndpoints allowed, String field, @Nullable String url) throws TokenFailure {
    return url == null
        ? Optional.empty()
        : Optional.of(new Endpoint(field, allowed.check(field, url)));
  }

  /** Of the endpoints, and of the fields that users are named by. */
  String fingerprint() {
    return Fingerprint.of(
        "upstream",
        authorization.uri().toString(),
        token.url().uri().toString(),
        userInfo.map(endpoint -> endpoint.url().uri().toString()).orElse(""),
        signIn.subject(),
        signIn.user());
  }
}
