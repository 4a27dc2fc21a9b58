package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.Truth;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sessions serve although a start takes longer than until its token is due, after few Pods. */
public final class SlowStartRule {
  /** Of a session that does not serve: one more for each change, failure and newer token. */
  private static final int MOST_PODS = 6;

  private final Truth truth;
  private final Map<String, Integer> firstNumbers = new HashMap<>();
  private final Set<String> done = new HashSet<>();

  public SlowStartRule(Truth truth) {
    this.truth = truth;
  }

  /**
   * Whether one of the sessions has not served yet since the first call; suspended ones need not.
   */
  public boolean isAnyDown(List<McpSession> sessions) {
    sessions.forEach(this::look);
    return sessions.stream().anyMatch(session -> !done.contains(Truth.uid(session)));
  }

  /**
   * The number that is tried next, or 0. A full quota may have used many since the last Pod, each
   * for a Pod that was refused.
   */
  private static int attempted(McpSession session) {
    McpSessionStatus status = session.getStatus();
    return status == null || status.attempt() == null ? 0 : status.attempt().revision();
  }

  private void look(McpSession session) {
    String uid = Truth.uid(session);
    if (!Truth.isLive(session)
        || !truth.isUsable(session)
        || List.of("Serving", "Suspended", "SuspendedIdle").contains(Truth.reason(session))) {
      done.add(uid);
    }
    int highest =
        truth.livePods(session).stream()
            .mapToInt(pod -> Names.revisionOf(Truth.name(session), Truth.name(pod)).orElse(0))
            .max()
            .orElse(0);
    if (highest > 0) {
      firstNumbers.putIfAbsent(uid, Math.max(highest, attempted(session)));
      Invariants.require(
          done.contains(uid) || highest - firstNumbers.get(uid) <= MOST_PODS,
          Truth.name(session) + " needs one Pod after the other, and does not serve");
    }
  }
}
