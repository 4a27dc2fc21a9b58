package dev.mcpsession.signin.provider;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn;
import java.util.Optional;

/** The providers that users can be sent to. */
public interface Providers {
  /**
   * The upstream of a template that has {@code signIn} with an authorization endpoint.
   *
   * <p>Asks nothing of it, nor of the API server.
   *
   * @throws ProviderException MISCONFIGURED if an endpoint is missing or not allowed
   */
  Provider upstream(McpSessionTemplate template) throws ProviderException;

  /** The one of the configuration; empty: there is none. */
  Optional<Provider> identityProvider();

  /**
   * Who says who the users of a template with {@code signIn} are; empty: the identity provider, and
   * there is none.
   *
   * @throws ProviderException as of {@link #upstream}
   */
  default Optional<Provider> vouching(McpSessionTemplate template) throws ProviderException {
    SignIn signIn = template.getSpec().signIn();
    return signIn != null && signIn.identity() == SignIn.Identity.Issuer
        ? identityProvider()
        : Optional.of(upstream(template));
  }
}
