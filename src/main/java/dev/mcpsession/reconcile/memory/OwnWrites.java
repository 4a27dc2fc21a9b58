package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.McpSession;
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

  private @Nullable McpSession written;
  private @Nullable Recent<Pod> recentPod;
  private @Nullable Recent<Service> recentService;
  private @Nullable Instant guardInDoubtUntil;
  private final Map<Integer, String> secretUids = new HashMap<>();

  private final Set<String> deletedPods = new HashSet<>();

  public synchronized void wrote(McpSession session) {
    written = session;
  }

  public synchronized @Nullable McpSession written() {
    return written;
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

  /** When to look again in case no cache ever shows what we wrote; null when none has to. */
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
