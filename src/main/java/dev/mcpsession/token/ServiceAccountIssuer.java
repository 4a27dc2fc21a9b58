package dev.mcpsession.token;

import dev.mcpsession.api.TokenSpec.ServiceAccountSource;

/** Issues tokens for a ServiceAccount, whoever wants one: a session or a token exchange. */
@FunctionalInterface
public interface ServiceAccountIssuer {
  /**
   * Gets a token for the ServiceAccount of that namespace.
   *
   * @throws TokenFailure when there is none, with what that means
   * @throws InterruptedException when the operator ends
   */
  Token issue(String namespace, ServiceAccountSource source)
      throws TokenFailure, InterruptedException;
}
