package dev.mcpsession.plan;

import dev.mcpsession.api.McpSessionStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do now, and when to look again.
 *
 * @param status that {@link Action.WriteStatus} writes, and that holds already where the plan has
 *     no such step
 * @param wakeAt when something falls due; null when only an event can change anything
 * @param slot whether the session takes part in the limit of concurrent replacements
 */
public record Plan(
    List<Action> actions, @Nullable McpSessionStatus status, @Nullable Instant wakeAt, Slot slot) {

  /** A session's part in maxConcurrentReplacements. */
  public enum Slot {
    NONE,
    /** Waits for one to become free. */
    WANTED,
    HELD
  }

  static Plan nothing() {
    return new Plan(List.of(), null, null, Slot.NONE);
  }
}
