package dev.mcpsession.signin.http;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec.Access;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.RequestPath;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.signin.authorize.AuthorizeDecision.Offer;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The templates that users sign in for. */
final class Offers {
  private final SessionView view;
  private final ResourceMetadata metadata;

  Offers(SessionView view, ResourceMetadata metadata) {
    this.view = view;
    this.metadata = metadata;
  }

  /** The template of a resource, if users sign in for it. */
  Optional<McpSessionTemplate> template(McpResource resource) {
    return Optional.ofNullable(view.template(resource.namespace(), resource.template()))
        .filter(it -> it.getSpec() != null && it.getSpec().signIn() != null);
  }

  /** What is offered at a URL, which must be written just so. */
  Optional<Offer> at(String url) {
    return resource(url)
        .flatMap(resource -> template(resource).map(it -> new Offer(resource, requiredScopes(it))));
  }

  private Optional<McpResource> resource(String url) {
    try {
      String path = URI.create(url).getRawPath();
      return path != null && RequestPath.parse(path) instanceof RequestPath.Endpoint(var resource)
          ? Optional.of(resource).filter(it -> metadata.resourceUrl(it).equals(url))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<String> requiredScopes(McpSessionTemplate template) {
    Access access = template.getSpec().access();
    List<String> scopes = access == null ? null : access.requiredScopes();
    return scopes == null ? List.of() : scopes.stream().distinct().toList();
  }

  /** How users sign in for it. */
  static SignIn signIn(McpSessionTemplate template) {
    SignIn signIn = template.getSpec().signIn();
    if (signIn == null) {
      throw new IllegalArgumentException("nobody signs in for this template");
    }
    return signIn;
  }

  /** Whether it has an upstream, of which each user gives a grant. */
  static boolean hasUpstream(McpSessionTemplate template) {
    return signIn(template).authorizationEndpoint() != null;
  }
}
