package dev.mcpsession.reconcile.template;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.kube.ResourceVersion;
import dev.mcpsession.plan.template.TemplateCheck;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What this process remembers of one template; used with its lock held. */
final class TemplateEntry {
  private final String uid;
  private final Lock lock = new ReentrantLock();
  private @Nullable TemplateCheck check;
  private @Nullable Long checked;
  private @Nullable McpSessionTemplate written;
  private @Nullable Instant writtenAt;
  private @Nullable Instant unplannedSince;
  private int faults;

  TemplateEntry(String uid) {
    this.uid = uid;
  }

  /** Of which template of its name this is. */
  String uid() {
    return uid;
  }

  Lock lock() {
    return lock;
  }

  /** What the check of this generation said; null if there was none. */
  @Nullable TemplateCheck check(@Nullable Long generation) {
    return Objects.equals(checked, generation) ? check : null;
  }

  void checked(@Nullable Long generation, TemplateCheck result) {
    checked = generation;
    check = result;
  }

  /** As cached, or as we wrote it while the cache does not show that yet. */
  McpSessionTemplate latest(McpSessionTemplate cached) {
    McpSessionTemplate ours = written;
    if (ours != null && ResourceVersion.of(ours).isAfter(ResourceVersion.of(cached))) {
      return ours;
    }
    written = null;
    return cached;
  }

  void wrote(McpSessionTemplate stored, Instant now) {
    written = stored;
    writtenAt = now;
  }

  /** When this process wrote the status last; null if it did not. */
  @Nullable Instant writtenAt() {
    return writtenAt;
  }

  /**
   * Notes how many sessions were not planned yet.
   *
   * @return since when there are such; null without
   */
  @Nullable Instant unplanned(int sessions, Instant now) {
    unplannedSince = sessions == 0 ? null : unplannedSince == null ? now : unplannedSince;
    return unplannedSince;
  }

  /** Counts a request that failed; how many did in a row. */
  int failed() {
    return ++faults;
  }

  void succeeded() {
    faults = 0;
  }
}
