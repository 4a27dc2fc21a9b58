package dev.mcpsession.token;

import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import java.util.function.BooleanSupplier;

/** Issues tokens for a ServiceAccount, for a session or for a token exchange. */
@FunctionalInterface
public interface ServiceAccountIssuer {
  /**
   * Gets a token for a ServiceAccount.
   *
   * @param wanted whether somebody still waits for it; asked before a call that had to wait
   * @throws TokenFailure if no token was issued, with what that means for the session
   * @throws InterruptedException when the operator shuts down
   */
  Token issue(String namespace, ServiceAccountSource source, BooleanSupplier wanted)
      throws TokenFailure, InterruptedException;
}
