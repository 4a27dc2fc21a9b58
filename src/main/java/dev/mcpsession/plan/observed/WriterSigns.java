package dev.mcpsession.plan.observed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Use of a session that this process noticed by a change of the annotation lastActive, and that the
 * annotation itself does not tell: it went, moved back, or is invalid.
 *
 * @param last when the newest sign was noticed; null without one
 * @param lostAt when a time that had counted was taken away, so that this has to be recorded at
 *     once; null if it never was
 */
public record WriterSigns(@Nullable Instant last, @Nullable Instant lostAt) {
  public static final WriterSigns NONE = new WriterSigns(null, null);
}
