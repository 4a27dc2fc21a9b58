package dev.mcpsession.plan.assess;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Pods that a session with replacement Recreate waits for before it makes another: all that it
 * owns, whatever their state.
 *
 * @param pods never empty
 * @param graceSeconds how long they have to stop, at most
 * @param dueAt when all should be gone
 * @param overdueAt when users are told that one is not, and what helps
 * @param overdue whether that time has come
 */
public record FormerPods(
    List<ObservedPod> pods, int graceSeconds, Instant dueAt, Instant overdueAt, boolean overdue) {
  /** A kubelet that works needs a second or two after the grace period. */
  private static final Duration PATIENCE = NodeWait.SLOT;

  /**
   * What is in the way of the attempt in progress.
   *
   * @return null if nothing is: the attempt has its Pod, or there is no other
   */
  public static @Nullable FormerPods of(Observation seen, StatusRecord status, Instant now) {
    McpSessionSpec spec = seen.session().spec();
    Attempt attempt = status.attempt();
    List<ObservedPod> pods = seen.children().ownPods();
    if (!spec.recreates()
        || attempt == null
        || !status.isAttempting()
        || pods.isEmpty()
        || seen.children().ownPod(attempt.revision()) != null) {
      return null;
    }
    int grace = pods.stream().mapToInt(pod -> StopGrace.seconds(spec, pod)).max().orElseThrow();
    Instant dueAt =
        pods.stream().map(pod -> goneAt(pod, attempt, spec)).max(Instant::compareTo).orElseThrow();
    Instant overdueAt = dueAt.plus(PATIENCE);
    return new FormerPods(pods, grace, dueAt, overdueAt, !now.isBefore(overdueAt));
  }

  private static Instant goneAt(ObservedPod pod, Attempt attempt, McpSessionSpec spec) {
    return pod.killedAt() != null
        ? pod.killedAt()
        : attempt.startTime().plusSeconds(StopGrace.seconds(spec, pod));
  }
}
