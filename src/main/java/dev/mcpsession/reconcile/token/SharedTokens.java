package dev.mcpsession.reconcile.token;

import dev.mcpsession.token.TokenFailure;

/** Access tokens that sessions with the same grant share. */
public interface SharedTokens {
  /**
   * Makes sure that no further session gets the token that a grant Secret holds.
   *
   * @throws TokenFailure when it may still be handed out
   */
  void forget(String namespace, String grantSecretName) throws TokenFailure, InterruptedException;
}
