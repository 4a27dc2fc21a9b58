package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.plan.RevocationCall;
import dev.mcpsession.plan.Setback;
import dev.mcpsession.plan.TokenCall;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this process remembers of one session, and may lose at any moment: the token call, what the
 * API server said no to, and our own writes until the caches show them. Guarded by its own monitor,
 * for token calls end on other threads.
 */
final class SessionMemory {
  /** An object as we wrote it, believed until then even if no cache shows it. */
  private record Recent<T>(T value, Instant until) {
    static final Duration BELIEVED = Duration.ofSeconds(5);
  }

  private final Lock turn = new ReentrantLock();

  private TokenCall call = new TokenCall.None();
  private @Nullable Token token;
  private long callNumber;
  private @Nullable String tokenSpec;
  private @Nullable String tokenCallInputs;

  private RevocationCall revocation = new RevocationCall.None();
  private final Set<String> revokedSecrets = new HashSet<>();

  private Setback serviceSetback = new Setback.None();
  private Setback setback = new Setback.None();
  private int setbacksInARow;
  private int serviceSetbacksInARow;

  private @Nullable McpSession written;
  private @Nullable Recent<Pod> recentPod;
  private @Nullable Recent<Service> recentService;
  private @Nullable Instant guardInDoubtUntil;
  private final Map<Integer, String> secretUids = new HashMap<>();

  private final Set<String> deletedPods = new HashSet<>();

  private boolean statusInDoubt;
  private int faults;
  private @Nullable String staleVersion;

  /** Held by whoever works on the session: an ending one is planned on another thread. */
  Lock turn() {
    return turn;
  }

  /**
   * The call as it stands for a session whose spec.token has this hash; one for another spec is
   * none.
   */
  synchronized TokenCall call(String specHash) {
    return specHash.equals(tokenSpec) ? call : new TokenCall.None();
  }

  /**
   * Notes that a call begins.
   *
   * @return its number, for {@link #finish}
   */
  synchronized long begin(TokenCall.InFlight inFlight, String specHash) {
    call = inFlight;
    token = null;
    tokenSpec = specHash;
    tokenCallInputs = null;
    return ++callNumber;
  }

  /** Takes a call's result, unless another began or it was forgotten meanwhile. */
  synchronized boolean finish(
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
  synchronized void recovered(TokenInfo info, String specHash) {
    callNumber++;
    call = new TokenCall.Issued(info);
    token = null;
    tokenSpec = specHash;
  }

  synchronized void forgetToken() {
    callNumber++;
    call = new TokenCall.None();
    token = null;
  }

  synchronized @Nullable Token token() {
    return token;
  }

  synchronized @Nullable TokenInfo tokenInfo() {
    return call instanceof TokenCall.Issued(TokenInfo info) ? info : null;
  }

  /** The Secret holds another token than the one in hand; what it says is what counts. */
  synchronized void tokenIs(TokenInfo stored) {
    call = new TokenCall.Issued(stored);
    token = null;
  }

  synchronized @Nullable String tokenCallInputs() {
    return tokenCallInputs;
  }

  synchronized RevocationCall revocation() {
    return revocation;
  }

  /** Notes that a try to revoke the session's tokens begins. */
  synchronized RevocationCall.InFlight beginRevocation(Instant now) {
    RevocationCall.InFlight inFlight =
        revocation instanceof RevocationCall.Failed failed
            ? new RevocationCall.InFlight(failed.first(), failed.tries() + 1)
            : new RevocationCall.InFlight(now, 1);
    revocation = inFlight;
    return inFlight;
  }

  /** Takes a try's result, unless nobody waits for it any more. */
  synchronized boolean finish(RevocationCall.InFlight awaited, RevocationCall result) {
    if (!awaited.equals(revocation)) {
      return false;
    }
    revocation = result;
    return true;
  }

  /** The session does not wait for its tokens to be revoked, or not any more. */
  synchronized void endRevocation() {
    revocation = new RevocationCall.NothingToRevoke();
  }

  /** By uid; those whose token need not be revoked again. */
  synchronized void revoked(String secretUid) {
    revokedSecrets.add(secretUid);
  }

  synchronized boolean isRevoked(String secretUid) {
    return revokedSecrets.contains(secretUid);
  }

  synchronized Setback setback() {
    return setback;
  }

  synchronized Setback serviceSetback() {
    return serviceSetback;
  }

  synchronized int nextSetback(boolean service) {
    return service ? ++serviceSetbacksInARow : ++setbacksInARow;
  }

  synchronized void setBack(boolean service, Setback what) {
    if (service) {
      serviceSetback = what;
    } else {
      setback = what;
    }
  }

  /** The count in a row stays: the next name may be taken as well. */
  synchronized void forgetSetback() {
    setback = new Setback.None();
  }

  synchronized void succeeded(boolean service) {
    setBack(service, new Setback.None());
    if (service) {
      serviceSetbacksInARow = 0;
    } else {
      setbacksInARow = 0;
    }
  }

  synchronized void wrote(McpSession session) {
    written = session;
  }

  synchronized @Nullable McpSession written() {
    return written;
  }

  /** Nobody knows whether the last status that was sent is stored. */
  synchronized void statusInDoubt(boolean inDoubt) {
    statusInDoubt = inDoubt;
  }

  synchronized boolean isStatusInDoubt() {
    return statusInDoubt;
  }

  synchronized void created(Pod pod, Instant now) {
    recentPod = new Recent<>(pod, now.plus(Recent.BELIEVED));
  }

  /** The Pod we made last, unless a cache has shown it or should have by now. */
  synchronized @Nullable Pod createdPod(Instant now) {
    if (recentPod != null && !now.isBefore(recentPod.until())) {
      recentPod = null;
    }
    return recentPod == null ? null : recentPod.value();
  }

  synchronized void seenPod() {
    recentPod = null;
  }

  /** The API server has taken the deletion of this Pod, whatever a cache still shows. */
  synchronized void deletedPod(String uid) {
    deletedPods.add(uid);
  }

  /** Those deleted of the ones that a cache still shows; the others are forgotten. */
  synchronized Set<String> deletedPods(Set<String> shown) {
    deletedPods.retainAll(shown);
    return Set.copyOf(deletedPods);
  }

  synchronized void wrote(Service service, Instant now) {
    recentService = new Recent<>(service, now.plus(Recent.BELIEVED));
  }

  /** The Service as we wrote it last, unless a cache has shown it or should have by now. */
  synchronized @Nullable Service writtenService(Instant now) {
    if (recentService != null && !now.isBefore(recentService.until())) {
      recentService = null;
    }
    return recentService == null ? null : recentService.value();
  }

  synchronized void seenService() {
    recentService = null;
  }

  /** The namespace's budget was made for this session, which sees to it that it is there. */
  synchronized void guarded(Instant until) {
    guardInDoubtUntil = until;
  }

  /** When to look again in case no cache ever shows what we wrote; null when none has to. */
  synchronized @Nullable Instant doubtAt(Instant now) {
    if (guardInDoubtUntil != null && !now.isBefore(guardInDoubtUntil)) {
      guardInDoubtUntil = null;
    }
    return Stream.of(
            Optional.ofNullable(recentPod).map(Recent::until),
            Optional.ofNullable(recentService).map(Recent::until),
            Optional.ofNullable(guardInDoubtUntil))
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  synchronized void stored(int revision, String uid) {
    secretUids.put(revision, uid);
  }

  synchronized @Nullable String secretUid(int revision) {
    return secretUids.get(revision);
  }

  synchronized void deletedSecret(int revision) {
    secretUids.remove(revision);
  }

  /** One more fault in a row; 1 for the first. */
  synchronized int fault() {
    return ++faults;
  }

  synchronized void noFault() {
    faults = 0;
    staleVersion = null;
  }

  /** Decided on this version, which the API server no longer has. */
  synchronized void stale(@Nullable String resourceVersion) {
    staleVersion = resourceVersion;
  }

  synchronized boolean isStale() {
    return staleVersion != null;
  }
}
