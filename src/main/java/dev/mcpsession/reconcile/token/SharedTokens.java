package dev.mcpsession.reconcile.token;

import dev.mcpsession.token.TokenFailure;


/** The access tokens that are kept for every session that names the same grant. */
public interface SharedTokens {
  /**
   * Lets no later session get the token that a grant Secret holds.
   *
   * @throws TokenFailure when it may still be handed out
   */
  void forget(String namespace, String grantSecretName) throws TokenFailure, InterruptedException;
}
