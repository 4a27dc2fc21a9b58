package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** How a lost status is rebuilt: from the existing Pods. */
public sealed interface Recovery {
  /** The status names a revision or an attempt, or there is no Pod. */
  record NotNeeded() implements Recovery {}

  /** The highest Ready Pod becomes the revision. */
  record Revision(ObservedPod pod) implements Recovery {}

  /** None is Ready: the highest live Pod becomes the attempt. */
  record Candidacy(Attempt attempt) implements Recovery {}

  static Recovery of(StatusRecord recorded, Observation seen, Inputs wanted, Instant now) {
    if (recorded.revision() != 0 || recorded.attempt() != null) {
      return new NotNeeded();
    }
    ObservedPod ready = highest(seen, true);
    if (ready != null) {
      return new Revision(ready);
    }
    ObservedPod live = highest(seen, false);
    return live == null
        ? new NotNeeded()
        : new Candidacy(new Attempt(live.revision(), Cause.START, now, wanted.hash()));
  }

  private static @Nullable ObservedPod highest(Observation seen, boolean ready) {
    return seen.children().ownPods().stream()
        .filter(pod -> ready ? pod.isReady() : pod.isLive())
        .max(Comparator.comparingInt(ObservedPod::revision))
        .orElse(null);
  }

  /** The status including what was recovered. */
  default StatusRecord applyTo(StatusRecord recorded, Observation seen, Instant now) {
    return switch (this) {
      case NotNeeded() -> recorded;
      case Revision(ObservedPod pod) -> recorded.serving(pod, seen.session(), now);
      case Candidacy(Attempt attempt) -> recorded.with(attempt);
    };
  }
}
