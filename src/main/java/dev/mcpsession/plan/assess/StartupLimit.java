package dev.mcpsession.plan.assess;

import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long a candidate may take to become Ready. While an image is pulled, which the backend cannot
 * speed up, it has three times the startup timeout from the time it was scheduled; the startup
 * timeout itself counts from the start of the container that started last. So a big image that
 * cannot be pulled within one attempt's timeout does not fail for ever.
 *
 * @param length of the time that it has
 * @param end of that time; null before the Pod is scheduled
 * @param toldAt when users are told that an image is being pulled; null if none is
 */
public record StartupLimit(Duration length, @Nullable Instant end, @Nullable Instant toldAt) {
  private static final int PULL_FACTOR = 3;

  /** Most images are there sooner: then a start costs no write of the status more. */
  private static final Duration TOLD_AFTER = Duration.ofSeconds(10);

  /**
   * The limit of an attempt's Pod.
   *
   * <p>The times in the Pod come from other clocks. If those are behind ours, the attempt's start
   * counts, or every attempt would fail; if a node's clock is ahead, the start of a container
   * counts as if the pull had used up its time.
   */
  public static StartupLimit of(ObservedPod pod, Attempt attempt, Duration startupTimeout) {
    if (pod.scheduledAt() == null) {
      return new StartupLimit(startupTimeout, null, null);
    }
    Instant begun = later(pod.scheduledAt(), attempt.startTime());
    Duration pull = startupTimeout.multipliedBy(PULL_FACTOR);
    if (pod.waitsFor() != null) {
      return new StartupLimit(pull, begun.plus(pull), begun.plus(TOLD_AFTER));
    }
    Instant started = pod.startedAt() == null ? begun : later(begun, pod.startedAt());
    Instant latest = begun.plus(pull);
    Instant since = started.isAfter(latest) ? latest : started;
    return new StartupLimit(startupTimeout, since.plus(startupTimeout), null);
  }

  /** Whether the Pod has been waiting for long enough that users are told. */
  public boolean isTold(Instant now) {
    return toldAt != null && !now.isBefore(toldAt);
  }

  private static Instant later(Instant a, Instant b) {
    return b.isAfter(a) ? b : a;
  }
}
