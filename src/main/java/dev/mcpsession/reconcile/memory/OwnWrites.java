package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.kube.ResourceVersion;
import dev.mcpsession.plan.observed.LostPod;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this process wrote of one session's objects, where the next decision needs it before a cache
 * shows it, or where no cache is kept (Secrets). Guarded by its own monitor.
 */
public final class OwnWrites {
  /** An object as we wrote it, believed until then even if no cache shows it. */
  private record Recent<T>(T value, Instant until) {
    static final Duration BELIEVED = Duration.ofSeconds(5);
  }

  /**
   * The last write of the session itself. It changed the status or the finalizers and nothing else,
   * on the version that it carried as its precondition: so spec and annotations of the answer are
   * those of every version from {@code basis} on. What the cache shows of them completes it, so
   * that no second session is kept.
   *
   * @param basis the version that this and the writes right before it were decided on, as a cache
   *     showed it
   * @param version what the API server answered
   */
  private record SessionWrite(
      ResourceVersion basis,
      ResourceVersion version,
      List<String> finalizers,
      @Nullable McpSessionStatus status) {

    boolean isMissingFrom(ResourceVersion cached) {
      return version.isAfter(cached) && !basis.isAfter(cached);
    }
  }

  /** A Pod was given its labels back. */
  private record Restored(String uid, Instant at) {}

  private static final int RESTORED = 3;
  private static final Duration RESTORED_WITHIN = Duration.ofMinutes(10);

  private @Nullable SessionWrite sessionWrite;
  private boolean statusInDoubt;
  private boolean earlierStatusInDoubt;
  private @Nullable Recent<Pod> recentPod;
  private @Nullable Recent<Service> recentService;
  private @Nullable Instant guardInDoubtUntil;
  private final Map<Integer, String> secretUids = new HashMap<>();

  private final Set<String> deletedPods = new HashSet<>();

  /** Name by uid. */
  private final Map<String, String> livePods = new HashMap<>();

  private final List<LostPod> lostPods = new ArrayList<>();
  private final List<Restored> restored = new ArrayList<>();

  /**
   * The session's status or finalizers were written.
   *
   * @param precondition the resourceVersion that the write carried
   */
  public synchronized void wrote(McpSession answer, String precondition) {
    ResourceVersion decidedOn = ResourceVersion.of(precondition);
    SessionWrite before = sessionWrite;
    sessionWrite =
        new SessionWrite(
            before != null && before.version().equals(decidedOn) ? before.basis() : decidedOn,
            ResourceVersion.of(answer),
            List.copyOf(answer.getMetadata().getFinalizers()),
            answer.getStatus());
  }

  /** The session as cached, with our last write while the cache does not show that yet. */
  public synchronized McpSession latest(McpSession cached) {
    SessionWrite write = sessionWrite;
    if (write == null || !write.isMissingFrom(ResourceVersion.of(cached))) {
      return cached;
    }
    McpSession session = new McpSession();
    session.setMetadata(
        new ObjectMetaBuilder(cached.getMetadata())
            .withResourceVersion(Long.toString(write.version().number()))
            .withFinalizers(write.finalizers())
            .build());
    session.setSpec(cached.getSpec());
    session.setStatus(write.status());
    return session;
  }

  /** Whether this is the status that we wrote last, unless that was shown already. */
  public synchronized boolean isOurs(@Nullable McpSessionStatus status) {
    return sessionWrite != null && Objects.equals(status, sessionWrite.status());
  }

  /** The cache shows this version, and its change has been told: what led to it is not needed. */
  public synchronized void shown(McpSession cached) {
    if (sessionWrite != null && !sessionWrite.version().isAfter(ResourceVersion.of(cached))) {
      sessionWrite = null;
    }
  }

  /** A status is sent: until it is answered, nobody knows whether it is stored. */
  public synchronized void statusSent() {
    earlierStatusInDoubt = statusInDoubt;
    statusInDoubt = true;
  }

  /** The status that was sent last is not stored. An earlier one without an answer still may be. */
  public synchronized void statusRefused() {
    statusInDoubt = earlierStatusInDoubt;
  }

  /** The API server has the status that this process takes for the last one. */
  public synchronized void statusCertain() {
    statusInDoubt = false;
  }

  /** Whether a status may be stored that this process does not know of. */
  public synchronized boolean isStatusInDoubt() {
    return statusInDoubt;
  }

  public synchronized void created(Pod pod, Instant now) {
    recentPod = new Recent<>(pod, now.plus(Recent.BELIEVED));
  }

  /** The Pod we made last, unless a cache has shown it or should have by now. */
  public synchronized @Nullable Pod createdPod(Instant now) {
    if (recentPod != null && !now.isBefore(recentPod.until())) {
      recentPod = null;
    }
    return recentPod == null ? null : recentPod.value();
  }

  public synchronized void seenPod() {
    recentPod = null;
  }

  /** The API server has taken the deletion of this Pod, whatever a cache still shows. */
  public synchronized void deletedPod(String uid) {
    deletedPods.add(uid);
    livePods.remove(uid);
  }

  /**
   * The session's Pods as a cache shows them now.
   *
   * @param live name by uid of those that are ours and not being deleted
   * @param ending uids of those that are being deleted, or not ours
   */
  public synchronized void seenPods(Map<String, String> live, Set<String> ending) {
    livePods.keySet().removeAll(ending);
    livePods.putAll(live);
    lostPods.clear();
    livePods.forEach(
        (uid, name) -> {
          if (!live.containsKey(uid)) {
            lostPods.add(new LostPod(name, uid));
          }
        });
  }

  /** Those that were shown, were not deleted, and are not shown any more. */
  public synchronized List<LostPod> lostPods() {
    return List.copyOf(lostPods);
  }

  /** The API server has no such Pod. */
  public synchronized void forgetPod(String uid) {
    livePods.remove(uid);
  }

  /**
   * Whether labels may be given back to a Pod once more.
   *
   * @return false if that was done {@value #RESTORED} times within ten minutes
   */
  public synchronized boolean mayRestoreLabels(String uid, Instant now) {
    restored.removeIf(restore -> now.isAfter(restore.at().plus(RESTORED_WITHIN)));
    return restored.stream().filter(restore -> restore.uid().equals(uid)).count() < RESTORED;
  }

  public synchronized void restoredLabels(String uid, Instant now) {
    restored.add(new Restored(uid, now));
  }

  /** Those deleted of the ones that a cache still shows; the others are forgotten. */
  public synchronized Set<String> deletedPods(Set<String> shown) {
    deletedPods.retainAll(shown);
    return Set.copyOf(deletedPods);
  }

  public synchronized void wrote(Service service, Instant now) {
    recentService = new Recent<>(service, now.plus(Recent.BELIEVED));
  }

  /** The Service as we wrote it last, unless a cache has shown it or should have by now. */
  public synchronized @Nullable Service writtenService(Instant now) {
    if (recentService != null && !now.isBefore(recentService.until())) {
      recentService = null;
    }
    return recentService == null ? null : recentService.value();
  }

  public synchronized void seenService() {
    recentService = null;
  }

  /** The namespace's budget was made for this session, which sees to it that it is there. */
  public synchronized void guarded(Instant until) {
    guardInDoubtUntil = until;
  }

  /** When to reconcile in case no cache ever shows what we wrote; null when that is not needed. */
  public synchronized @Nullable Instant doubtAt(Instant now) {
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

  public synchronized void stored(int revision, String uid) {
    secretUids.put(revision, uid);
  }

  public synchronized @Nullable String secretUid(int revision) {
    return secretUids.get(revision);
  }

  public synchronized void deletedSecret(int revision) {
    secretUids.remove(revision);
  }
}
