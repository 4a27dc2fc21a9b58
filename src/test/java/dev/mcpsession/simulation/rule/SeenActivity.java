package dev.mcpsession.simulation.rule;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.model.WriterClocks;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The use that one process of the operator saw: by the text of the design, a value of lastActive
 * that goes, moves back or is garbage is use at the moment at which the change is noticed.
 */
public final class SeenActivity {
  private record Seen(@Nullable String value, Instant at, @Nullable Instant use) {}

  private final WriterClocks writers;
  private final Map<String, Seen> byUid = new HashMap<>();

  public SeenActivity(WriterClocks writers) {
    this.writers = writers;
  }

  /** A cache of the process shows this. */
  public void see(McpSession session, Instant now) {
    String value = IdleRule.annotation(session, Names.LAST_ACTIVE);
    Seen before = byUid.get(Truth.uid(session));
    if (before == null) {
      byUid.put(Truth.uid(session), new Seen(value, now, null));
    } else if (!Objects.equals(value, before.value())) {
      Instant use = isUse(before, value, now) ? now : before.use();
      byUid.put(Truth.uid(session), new Seen(value, now, use));
    }
  }

  /**
   * The clock was put back: nothing was seen later than now. A process that looks only from here on
   * sees what its cache shows first by that clock.
   */
  public void clockPutBack(Instant now) {
    byUid.replaceAll(
        (uid, seen) ->
            new Seen(
                seen.value(),
                seen.at().isAfter(now) ? now : seen.at(),
                seen.use() != null && seen.use().isAfter(now) ? now : seen.use()));
  }

  private boolean isUse(Seen before, @Nullable String value, Instant now) {
    Instant is = writers.valid(value, now);
    if (is == null || before.value() == null) {
      return is == null;
    }
    Instant was = writers.valid(before.value(), now);
    return is.isBefore(was == null ? before.at() : was);
  }

  /** When such a change was noticed last; null if none was. */
  @Nullable Instant lastUse(McpSession session) {
    Seen seen = byUid.get(Truth.uid(session));
    return seen == null ? null : seen.use();
  }
}
