package dev.mcpsession.signin.provider;

import dev.mcpsession.api.McpSessionTemplate;
import java.util.Optional;

/** The providers that users can be sent to. */
public interface Providers {
  /**
   * The upstream of a template that has {@code signIn} with an authorization endpoint.
   *
   * @throws ProviderException MISCONFIGURED if an endpoint is not allowed, or its client Secret is
   *     missing; AWAY if that cannot be read now
   */
  Provider upstream(McpSessionTemplate template) throws ProviderException;

  /** The one of the configuration; empty: there is none. */
  Optional<Provider> identityProvider();
}
