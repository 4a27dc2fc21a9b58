package dev.mcpsession.reconcile.memory;

import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this process remembers of one session, and may lose at any moment: the token call, what the
 * API server said no to, and our own writes. Guarded by its own monitor, for token calls end on
 * other threads.
 */
public final class SessionMemory {
  private final Lock turn = new ReentrantLock();

  private TokenCall call = new TokenCall.None();
  private @Nullable Token token;
  private long callNumber;
  private @Nullable String tokenSpec;
  private @Nullable String tokenCallInputs;

  private RevocationCall revocation = new RevocationCall.None();
  private final Set<String> revokedSecrets = new HashSet<>();

  private ApiRejection serviceSetback = new ApiRejection.None();
  private ApiRejection setback = new ApiRejection.None();
  private int setbacksInARow;
  private int serviceSetbacksInARow;

  private final OwnWrites writes = new OwnWrites();

  private boolean statusInDoubt;
  private int faults;
  private @Nullable String staleVersion;

  /** Held by whoever works on the session: an ending one is planned on another thread. */
  public Lock turn() {
    return turn;
  }

  /** What this process wrote of the session's objects. */
  public OwnWrites writes() {
    return writes;
  }

  /**
   * The call as it stands for a session whose spec.token has this hash; one for another spec is
   * none.
   */
  public synchronized TokenCall call(String specHash) {
    return specHash.equals(tokenSpec) ? call : new TokenCall.None();
  }

  /**
   * Notes that a call begins.
   *
   * @return its number, for {@link #finish}
   */
  public synchronized long begin(TokenCall.InFlight inFlight, String specHash) {
    call = inFlight;
    token = null;
    tokenSpec = specHash;
    tokenCallInputs = null;
    return ++callNumber;
  }

  /** Takes a call's result, unless another began or it was forgotten meanwhile. */
  public synchronized boolean finish(
      long number, TokenCall result, @Nullable Token value, @Nullable String inputs) {
    if (number != callNumber) {
      return false;
    }
    call = result;
    token = value;
    tokenCallInputs = inputs;
    return true;
  }

  /** A token that an earlier process stored already: only what its Secret says of it is known. */
  public synchronized void recovered(TokenInfo info, String specHash) {
    callNumber++;
    call = new TokenCall.Issued(info);
    token = null;
    tokenSpec = specHash;
  }

  public synchronized void forgetToken() {
    callNumber++;
    call = new TokenCall.None();
    token = null;
  }

  public synchronized @Nullable Token token() {
    return token;
  }

  public synchronized @Nullable TokenInfo tokenInfo() {
    return call instanceof TokenCall.Issued(TokenInfo info) ? info : null;
  }

  /** The Secret holds another token than the one in hand; what it says is what counts. */
  public synchronized void tokenIs(TokenInfo stored) {
    call = new TokenCall.Issued(stored);
    token = null;
  }

  public synchronized @Nullable String tokenCallInputs() {
    return tokenCallInputs;
  }

  public synchronized RevocationCall revocation() {
    return revocation;
  }

  /** Notes that a try to revoke the session's tokens begins. */
  public synchronized RevocationCall.InFlight beginRevocation(Instant now) {
    RevocationCall.InFlight inFlight =
        revocation instanceof RevocationCall.Failed failed
            ? new RevocationCall.InFlight(failed.first(), failed.tries() + 1)
            : new RevocationCall.InFlight(now, 1);
    revocation = inFlight;
    return inFlight;
  }

  /** Takes a try's result, unless nobody waits for it any more. */
  public synchronized boolean finish(RevocationCall.InFlight awaited, RevocationCall result) {
    if (!awaited.equals(revocation)) {
      return false;
    }
    revocation = result;
    return true;
  }

  /** The session does not wait for its tokens to be revoked, or not any more. */
  public synchronized void endRevocation() {
    revocation = new RevocationCall.NothingToRevoke();
  }

  /** By uid; those whose token need not be revoked again. */
  public synchronized void revoked(String secretUid) {
    revokedSecrets.add(secretUid);
  }

  public synchronized boolean isRevoked(String secretUid) {
    return revokedSecrets.contains(secretUid);
  }

  public synchronized ApiRejection setback() {
    return setback;
  }

  public synchronized ApiRejection serviceSetback() {
    return serviceSetback;
  }

  public synchronized int nextSetback(boolean service) {
    return service ? ++serviceSetbacksInARow : ++setbacksInARow;
  }

  public synchronized void setBack(boolean service, ApiRejection what) {
    if (service) {
      serviceSetback = what;
    } else {
      setback = what;
    }
  }

  /** The count in a row stays: the next name may be taken as well. */
  public synchronized void forgetSetback() {
    setback = new ApiRejection.None();
  }

  public synchronized void succeeded(boolean service) {
    setBack(service, new ApiRejection.None());
    if (service) {
      serviceSetbacksInARow = 0;
    } else {
      setbacksInARow = 0;
    }
  }

  /** Nobody knows whether the last status that was sent is stored. */
  public synchronized void statusInDoubt(boolean inDoubt) {
    statusInDoubt = inDoubt;
  }

  public synchronized boolean isStatusInDoubt() {
    return statusInDoubt;
  }

  /** One more fault in a row; 1 for the first. */
  public synchronized int fault() {
    return ++faults;
  }

  public synchronized void noFault() {
    faults = 0;
    staleVersion = null;
  }

  /** Decided on this version, which the API server no longer has. */
  public synchronized void stale(@Nullable String resourceVersion) {
    staleVersion = resourceVersion;
  }

  public synchronized boolean isStale() {
    return staleVersion != null;
  }
}
