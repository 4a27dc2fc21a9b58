package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one process of the operator knows of a full quota: once a Pod of the session has gone, a Pod
 * that was refused is tried again at once, whatever the delay after the failure is.
 */
public final class RoomRule {
  private final Map<String, Instant> refused = new HashMap<>();
  private final Map<String, Instant> gone = new HashMap<>();

  /** Uids of the Pods that a plan was made with: the others come and go unnoticed. */
  private final Set<String> seen = new HashSet<>();

  public void refused(Pod pod, Instant now) {
    refused.put(String.valueOf(Truth.owner(pod)), now);
  }

  /**
   * The attempt does not wait for room: its Pod was made, or would have been by a dry run, or was
   * refused for what it is, or the name of its Pod or Secret is taken.
   */
  public void needsNoRoom(HasMetadata child) {
    refused.remove(String.valueOf(Truth.owner(child)));
  }

  /** A plan is made with these Pods. */
  public void planned(Collection<Pod> pods) {
    pods.forEach(pod -> seen.add(Truth.uid(pod)));
  }

  /** A cache of the process does not show this Pod any more. */
  public void gone(Pod pod, Instant now) {
    if (seen.remove(Truth.uid(pod))) {
      gone.put(String.valueOf(Truth.owner(pod)), now);
    }
  }

  /** The clock was put back: a process that looks only now sees these Pods go now. */
  public void clockPutBack(Instant now) {
    gone.replaceAll((uid, at) -> at.isAfter(now) ? now : at);
  }

  /**
   * Requires that the session does not wait although there is room. An attempt that is due does not
   * wait for room: it may have begun at once, by a status that could not be written. Nor does one
   * that waits for a token.
   *
   * @param alarm when the session is reconciled again; before the attempt is due, it is what could
   *     not be written that is tried again
   */
  public void check(McpSession session, Instant now, @Nullable Instant alarm) {
    McpSessionStatus status = session.getStatus();
    Instant refusedAt = refused.get(Truth.uid(session));
    Instant goneAt = gone.get(Truth.uid(session));
    boolean waits =
        status != null
            && status.attempt() != null
            && status.nextAttemptTime() != null
            && now.isBefore(status.nextAttemptTime())
            && (alarm == null || !alarm.isBefore(status.nextAttemptTime()));
    boolean ignored =
        waits
            && Truth.isLive(session)
            && !isWithoutToken(session)
            && refusedAt != null
            && goneAt != null
            && goneAt.isAfter(refusedAt)
            && goneAt.isAfter(status.attempt().startTime());
    Invariants.require(
        !ignored, Truth.name(session) + " waits for room, and a Pod of it went at " + goneAt);
  }

  private static boolean isWithoutToken(McpSession session) {
    Condition upToDate = Truth.condition(session, "UpToDate");
    return upToDate != null && upToDate.reason().equals("TokenPending");
  }
}
