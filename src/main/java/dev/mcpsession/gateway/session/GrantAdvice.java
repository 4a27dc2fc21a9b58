package dev.mcpsession.gateway.session;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn.Identity;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.GatewayConfig.IdentityProvider;
import dev.mcpsession.config.GatewayConfig.SignIn;
import java.util.Optional;

/**
 * PURE. What a user is told who has a session, and has not given the grant that its tokens come
 * from: they came with a token of another issuer, or took the grant back.
 *
 * @param signIn how users sign in at the gateway; empty: they do not
 */
public record GrantAdvice(Optional<SignIn> signIn) {
  /** How users sign in with this configuration. */
  public static GrantAdvice of(GatewayConfig config) {
    return new GrantAdvice(config.signIn());
  }

  /**
   * What they can do.
   *
   * @return empty: nothing, for nobody gives that grant with a browser
   */
  public Optional<String> to(Owner user, McpSessionTemplate template) {
    McpSessionTemplateSpec.SignIn way = template.getSpec().signIn();
    String endpoint = way == null ? null : way.authorizationEndpoint();
    EndpointUrl upstream = endpoint == null ? null : EndpointUrl.parse(endpoint);
    if (way == null || upstream == null) {
      return Optional.empty();
    }
    return signIn.flatMap(
        here ->
            knownFrom(way, upstream, here)
                .map(
                    issuer ->
                        issuer.equals(user.issuer())
                            ? give(upstream, here)
                            : signInInstead(user, upstream, here)));
  }

  /** The issuer of those whom the account page of a template knows. */
  private static Optional<String> knownFrom(
      McpSessionTemplateSpec.SignIn way, EndpointUrl upstream, SignIn here) {
    return way.identity() == Identity.Issuer
        ? here.identityProvider().map(IdentityProvider::issuer).map(Object::toString)
        : Optional.of(upstream.origin());
  }

  private static String give(EndpointUrl upstream, SignIn here) {
    return "You have not given access at %s: give it at %s/account, and try again"
        .formatted(upstream.hostAndPort(), here.issuer());
  }

  private static String signInInstead(Owner user, EndpointUrl upstream, SignIn here) {
    return ("A token of %s brings no access at %s, and you cannot give it to that user: have your"
            + " client sign you in at %s instead")
        .formatted(user.issuer(), upstream.hostAndPort(), here.issuer());
  }
}
