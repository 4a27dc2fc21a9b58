package dev.mcpsession.reconcile.memory;

import dev.mcpsession.plan.observed.RevocationCall;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** How far the revocation of one session's tokens is. Guarded by its own monitor. */
public final class RevocationState {
  private RevocationCall call = new RevocationCall.None();
  private final Set<String> revokedSecrets = new HashSet<>();

  public synchronized RevocationCall call() {
    return call;
  }

  /** Notes that a try to revoke the session's tokens begins. */
  public synchronized RevocationCall.InFlight begin(Instant now) {
    RevocationCall.InFlight inFlight =
        call instanceof RevocationCall.Failed failed
            ? new RevocationCall.InFlight(failed.first(), failed.tries() + 1)
            : new RevocationCall.InFlight(now, 1);
    call = inFlight;
    return inFlight;
  }

  /**
   * Takes a try's result, unless nobody waits for it any more.
   *
   * @return whether it was taken
   */
  public synchronized boolean finish(RevocationCall.InFlight awaited, RevocationCall result) {
    if (!awaited.equals(call)) {
      return false;
    }
    call = result;
    return true;
  }

  /** The session does not wait for its tokens to be revoked, or not any more. */
  public synchronized void end() {
    call = new RevocationCall.NothingToRevoke();
  }

  /** By uid; those whose token need not be revoked again. */
  public synchronized void revoked(String secretUid) {
    revokedSecrets.add(secretUid);
  }

  public synchronized boolean isRevoked(String secretUid) {
    return revokedSecrets.contains(secretUid);
  }
}
