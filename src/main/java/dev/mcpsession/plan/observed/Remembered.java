package dev.mcpsession.plan.observed;

import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only this process knows about the session; a restart loses it.
 *
 * @param tokenCallInputs hash of the inputs of the last token call, which may not have returned a
 *     usable token; null if unknown
 * @param fruitlessTokenCalls how many token calls in a row, the last included, gave no token that
 *     reached a Pod; 0 if unknown
 * @param serviceRejection of the last request to create the Service
 * @param childRejection of the last request to create a Pod or Secret
 * @param lostPods Pods that vanished from the cache undeleted
 * @param undeletedSecrets revisions whose Secrets a plan was to delete, and did not come to
 * @param failing requests that keep failing, which users are told
 * @param signs of use that the annotation lastActive does not tell
 * @param roomSince when a Pod of the session was last gone, if the last Pod or Secret was refused
 *     although it is valid: there may be room for it now; null otherwise
 */
public record Remembered(
    TokenCall tokenCall,
    @Nullable String tokenCallInputs,
    int fruitlessTokenCalls,
    RevocationCall revocation,
    ApiRejection serviceRejection,
    ApiRejection childRejection,
    List<LostPod> lostPods,
    List<Integer> undeletedSecrets,
    List<FailingWrite> failing,
    WriterSigns signs,
    @Nullable Instant roomSince) {

  Remembered with(TokenInfo token) {
    return new Remembered(
        new TokenCall.Issued(token),
        tokenCallInputs,
        fruitlessTokenCalls,
        revocation,
        serviceRejection,
        childRejection,
        lostPods,
        undeletedSecrets,
        failing,
        signs,
        roomSince);
  }
}
