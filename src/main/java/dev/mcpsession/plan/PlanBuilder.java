package dev.mcpsession.plan;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.assess.StopGrace;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedSession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds a plan: steps by phase, the new status, and the next wake-up. Decisions write their
 * results to it, and read from it only what they wrote.
 */
final class PlanBuilder {
  private final Observation seen;
  private final Instant now;
  private final Conditions conditions;
  private final Map<Phase, List<Action>> steps = new EnumMap<>(Phase.class);
  private final Set<String> removed = new HashSet<>();
  private StatusRecord status;
  private Plan.Slot slot = Plan.Slot.NONE;
  private @Nullable Instant wakeAt;

  /**
   * A plan that changes nothing.
   *
   * @param status until a decision changes it
   */
  PlanBuilder(Observation seen, StatusRecord status, Instant now) {
    this.seen = seen;
    this.status = status;
    this.now = now;
    this.conditions = new Conditions(seen.session().conditions(), seen.session().generation(), now);
  }

  StatusRecord status() {
    return status;
  }

  void status(StatusRecord status) {
    this.status = status;
  }

  Conditions conditions() {
    return conditions;
  }

  void slot(Plan.Slot slot) {
    this.slot = slot;
  }

  void add(Phase phase, Action step) {
    steps.computeIfAbsent(phase, none -> new ArrayList<>()).add(step);
  }

  void announce(Phase phase, SessionEvent event) {
    add(phase, new Action.Announce(event));
  }

  /** Adds a wake-up, unless it is due already: that is planned for, or waits for an event. */
  void wake(@Nullable Instant at) {
    if (at != null && at.isAfter(now) && (wakeAt == null || at.isBefore(wakeAt))) {
      wakeAt = at;
    }
  }

  /**
   * Deletes a Pod that served; its Secret was deleted when the next revision was promoted.
   *
   * @param graceSeconds how long it has to stop; null: as its own spec says
   */
  void retire(ObservedPod pod, @Nullable Integer graceSeconds) {
    removed.add(pod.uid());
    add(Phase.RETIREMENT, new Action.DeletePod(pod.name(), pod.uid(), graceSeconds));
  }

  /**
   * Deletes a Pod of ours that the status no longer names; its Secret first, as only the Pod shows
   * that there is one.
   */
  void remove(Phase phase, ObservedPod pod) {
    removed.add(pod.uid());
    if (pod.token() != null) {
      add(phase, new Action.DeleteSecret(pod.revision()));
    }
    if (!pod.terminating()) {
      Integer grace = StopGrace.of(seen.session().spec(), pod);
      add(phase, new Action.DeletePod(pod.name(), pod.uid(), grace));
    }
  }

  boolean isRemoved(ObservedPod pod) {
    return removed.contains(pod.uid());
  }

  /** Deletes Secrets that an earlier plan did not come to, unless the status names them again. */
  private void deleteForgottenSecrets() {
    List<Integer> forgotten =
        seen.memory().undeletedSecrets().stream().filter(this::isUnnamedAndKept).toList();
    if (!forgotten.isEmpty()) {
      add(Phase.RETIREMENT, new Action.ConfirmSession());
      forgotten.forEach(revision -> add(Phase.RETIREMENT, new Action.DeleteSecret(revision)));
    }
  }

  private boolean isUnnamedAndKept(int revision) {
    Integer attempted = status.attempted();
    boolean named =
        (attempted != null && attempted == revision)
            || (status.servingSince() != null && status.revision() == revision);
    Action deletion = new Action.DeleteSecret(revision);
    return !named && steps.values().stream().noneMatch(phase -> phase.contains(deletion));
  }

  Plan build() {
    ObservedSession session = seen.session();
    conditions.deriveStalled();
    McpSessionStatus written = status.toStatus(session.generation(), conditions.toList());
    if (!session.template().isMissing()
        && session.spec().wantsRevocation() != session.finalizer()) {
      add(
          Phase.FINALIZER,
          session.finalizer()
              ? new Action.RemoveFinalizer(session.resourceVersion())
              : new Action.AddFinalizer(session.resourceVersion()));
    }
    if (!written.equals(session.status())) {
      add(Phase.STATUS, new Action.WriteStatus());
    }
    if (!(seen.memory().childRejection() instanceof ApiRejection.None) && !status.isAttempting()) {
      add(Phase.REJECTION, new Action.ForgetRejection());
    }
    deleteForgottenSecrets();
    List<Action> actions = steps.values().stream().flatMap(List::stream).toList();
    return new Plan(actions, written, wakeAt, slot);
  }
}
