package dev.mcpsession.reconcile.memory;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When a Pod of one session was last seen to be gone. Guarded by its own monitor. */
public final class PodWatch {
  private Set<String> shown = Set.of();
  private @Nullable Instant lastGone;

  /**
   * Notes which of the session's own Pods there are.
   *
   * @param uids of all of them, also of those that are being deleted
   * @return when this process last saw that one was gone; null if it never did
   */
  public synchronized @Nullable Instant see(Set<String> uids, Instant now) {
    if (!uids.containsAll(shown)) {
      lastGone = now.truncatedTo(ChronoUnit.MILLIS);
    }
    shown = Set.copyOf(uids);
    return lastGone;
  }
}
