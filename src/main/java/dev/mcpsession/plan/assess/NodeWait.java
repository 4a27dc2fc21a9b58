package dev.mcpsession.plan.assess;

import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt in progress whose Pod has no node yet.
 *
 * @param pod null while there is none
 * @param slotUntil how long it counts towards maxConcurrentReplacements
 * @param slotOver whether that time is over
 * @param overdueAt when users are warned
 * @param overdue whether they are; never without a Pod
 */
public record NodeWait(
    @Nullable ObservedPod pod,
    Instant slotUntil,
    boolean slotOver,
    Instant overdueAt,
    boolean overdue) {
  /** A scheduler usually needs less than a second; more is a matter of the cluster's state. */
  public static final Duration SLOT = Duration.ofSeconds(30);

  /**
   * Null if no attempt is in progress, or its Pod has a node.
   *
   * @param earliest when the Pod can be made at the earliest; null: at once
   */
  static @Nullable NodeWait of(
      StatusRecord status,
      @Nullable ObservedPod pod,
      Duration startupTimeout,
      @Nullable Instant earliest,
      Instant now) {
    Attempt attempt = status.attempt();
    if (attempt == null || !status.isAttempting() || (pod != null && pod.scheduledAt() != null)) {
      return null;
    }
    Instant since = pod == null && earliest != null ? earliest : since(attempt, pod, now);
    Instant slotUntil = since.plus(SLOT);
    Instant overdueAt = since.plus(startupTimeout);
    return new NodeWait(
        pod,
        slotUntil,
        !now.isBefore(slotUntil),
        overdueAt,
        pod != null && !now.isBefore(overdueAt));
  }

  /** The Pod's creation is by another clock: one that is ahead of ours does not count. */
  private static Instant since(Attempt attempt, @Nullable ObservedPod pod, Instant now) {
    Instant created = pod == null ? null : pod.createdAt();
    return created == null || created.isAfter(now) || created.isBefore(attempt.startTime())
        ? attempt.startTime()
        : created;
  }
}
