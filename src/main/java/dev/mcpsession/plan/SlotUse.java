package dev.mcpsession.plan;

import dev.mcpsession.api.Cause;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.NodeWait;
import dev.mcpsession.plan.observed.SlotHolders;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** When an attempt counts towards maxConcurrentReplacements, and what is said while it waits. */
final class SlotUse {
  private SlotUse() {}

  /** The slot of the attempt in progress, which began with this cause. */
  static void keep(Assessment it, Cause cause, PlanBuilder plan) {
    NodeWait wait = it.nodeWait();
    if (!isLimited(it, cause)) {
      plan.slot(Plan.Slot.NONE);
    } else if (wait == null) {
      plan.slot(Plan.Slot.HELD);
    } else {
      plan.slot(wait.slotOver() ? Plan.Slot.UNSCHEDULED : Plan.Slot.HELD);
      plan.wake(wait.slotUntil());
    }
  }

  /** Whether an attempt that waits for a node has to end, so that another session can begin one. */
  static boolean isNeededByOthers(Assessment it, Cause cause) {
    NodeWait wait = it.nodeWait();
    return isLimited(it, cause)
        && wait != null
        && wait.slotOver()
        && it.seen().shared().slot().needed();
  }

  /**
   * A session without a backend does not wait for others. One that was stopped to be replaced keeps
   * its place, or too many would be interrupted at once.
   */
  private static boolean isLimited(Assessment it, Cause cause) {
    return cause.isLimited() && (it.status().isServing() || it.seen().session().spec().recreates());
  }

  /** Why a replacement that is due does not begin. */
  static String queued(@Nullable SlotHolders holders) {
    String due = "a replacement is due and waits for one of the ";
    if (holders == null) {
      return due + "maxConcurrentReplacements places, a setting of the operator";
    }
    String named =
        holders.namespaces().stream()
            .map(holder -> holder.namespace() + " (" + holder.sessions() + ")")
            .collect(Collectors.joining(", "));
    return due
        + holders.limit()
        + " places that the operator's setting maxConcurrentReplacements allows"
        + (named.isEmpty() ? "" : "; held by sessions of namespaces " + named)
        + (holders.others() == 0 ? "" : " and others (" + holders.others() + ")");
  }
}
