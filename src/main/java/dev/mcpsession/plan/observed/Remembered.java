package dev.mcpsession.plan.observed;

import dev.mcpsession.token.TokenInfo;
import org.jspecify.annotations.Nullable;

/**
 * What only this process knows of the session, and what a restart begins without.
 *
 * @param tokenCallInputs hash of the inputs that the last token call was made for, which may have
 *     given none that will do; null when unknown
 * @param serviceRejection of the last try to make the Service
 * @param childRejection of the last try to make a Pod or a Secret
 */
public record Remembered(
    TokenCall tokenCall,
    @Nullable String tokenCallInputs,
    RevocationCall revocation,
    ApiRejection serviceRejection,
    ApiRejection childRejection) {

  Remembered with(TokenInfo token) {
    return new Remembered(
        new TokenCall.Issued(token), tokenCallInputs, revocation, serviceRejection, childRejection);
  }
}
