package dev.mcpsession.plan;

import dev.mcpsession.api.McpSessionStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do now, and when to reconcile again.
 *
 * @param status that {@link Action.WriteStatus} writes, or {@link Action.Evict} before it deletes;
 *     current already if the plan has neither step
 * @param wakeAt when something falls due; null if only an event can change anything
 * @param slot whether the session counts towards the limit of concurrent replacements
 */
public record Plan(
    List<Action> actions, @Nullable McpSessionStatus status, @Nullable Instant wakeAt, Slot slot) {

  /** A session's share of maxConcurrentReplacements. */
  public enum Slot {
    NONE,
    /** Waits for a free slot. */
    WANTED,
    HELD,
    /** Goes on without one: its candidate has not been scheduled for so long. */
    UNSCHEDULED
  }

  static Plan nothing() {
    return new Plan(List.of(), null, null, Slot.NONE);
  }
}
