package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.kube.ResourceVersion;
import dev.mcpsession.plan.observed.WriterSigns;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.plan.timing.IdleDeadline;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What this process saw of one session's annotation lastActive. Heartbeats cause no reconcile, so
 * every change is noted here, to be known when a later one takes it away. Guarded by its own
 * monitor.
 */
public final class ActivityWatch {
  private @Nullable ResourceVersion version;
  private @Nullable String value;
  private Instant valueSeenAt = Instant.EPOCH;
  private WriterSigns signs = WriterSigns.NONE;

  /**
   * Notes what a cache shows, unless it showed a later version before.
   *
   * @param spec the effective one
   * @return the signs of use that were noticed until now
   */
  public synchronized WriterSigns see(McpSession cached, McpSessionSpec spec, Instant instant) {
    ResourceVersion shown = ResourceVersion.of(cached);
    if (version != null && !shown.isAfter(version)) {
      return signs;
    }
    Map<String, String> annotations = cached.getMetadata().getAnnotations();
    String now = annotations == null ? null : annotations.get(Names.LAST_ACTIVE);
    Instant noticed = instant.truncatedTo(ChronoUnit.MILLIS);
    if (version != null && Activity.isSignOfUse(value, valueSeenAt, now, noticed)) {
      Duration interval = IdleDeadline.recordingInterval(spec);
      Instant lostAt = signs.lostAt();
      // Two writers who contradict each other would otherwise cause a write with every heartbeat.
      boolean mayBeRecorded = lostAt == null || !noticed.isBefore(lostAt.plus(interval));
      boolean lost = mayBeRecorded && Activity.isLost(value, now, interval, noticed);
      signs = new WriterSigns(noticed, lost ? noticed : lostAt);
    }
    if (version == null || !Objects.equals(value, now)) {
      valueSeenAt = noticed;
    }
    version = shown;
    value = now;
    return signs;
  }
}
