package dev.mcpsession.reconcile.memory;

import dev.mcpsession.plan.Action;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Secrets of one session that a plan was to delete, and did not come to. The status may not name
 * their numbers any more, and once their Pods are gone too, nothing else leads to them. Guarded by
 * its own monitor.
 */
public final class UndeletedSecrets {
  private final Set<Integer> revisions = new TreeSet<>();

  /** A plan ended before it carried out these steps. */
  public synchronized void notCarriedOut(List<Action> steps) {
    for (Action step : steps) {
      if (step instanceof Action.DeleteSecret(int revision)) {
        revisions.add(revision);
      }
    }
  }

  /** The API server has no Secret of this revision any more. */
  public synchronized void deleted(int revision) {
    revisions.remove(revision);
  }

  public synchronized List<Integer> revisions() {
    return List.copyOf(revisions);
  }
}
