package dev.mcpsession.token;

import dev.mcpsession.api.TokenSpec.ServiceAccountSource;

/** Issues tokens for a ServiceAccount, for a session or for a token exchange. */
@FunctionalInterface
public interface ServiceAccountIssuer {
  /**
   * Gets a token for a ServiceAccount.
   *
   * @throws TokenFailure if no token was issued, with what that means for the session
   * @throws InterruptedException when the operator shuts down
   */
  Token issue(String namespace, ServiceAccountSource source)
      throws TokenFailure, InterruptedException;
}
