package dev.mcpsession.plan;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.FailingWrite;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells users of a request that keeps failing: its words stand at the end of the messages of Ready
 * and UpToDate as long as plans contain the request, and an Event repeats them.
 */
public final class WriteReport {
  private final Observation seen;
  private final FailingWrite failing;
  private final Instant now;

  private WriteReport(Observation seen, FailingWrite failing, Instant now) {
    this.seen = seen;
    this.failing = failing;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * What to write because a step of a plan has just failed once more.
   *
   * @param seen with the status that is stored by now
   * @param failed the plan that ended with that step
   */
  public static Plan plan(Observation seen, Plan failed, FailingWrite failing, Instant now) {
    McpSessionStatus stored = seen.session().status();
    if (!failing.isLasting()) {
      return new Plan(List.of(), stored, null, failed.slot());
    }
    WriteReport report = new WriteReport(seen, failing, now);
    McpSessionStatus told = report.withWords(report.basis(failed));
    List<Action> actions = new ArrayList<>();
    if (failing.kind() != FailingWrite.Kind.WRITE_STATUS && !told.equals(stored)) {
      actions.add(new Action.WriteStatus());
    }
    if (failing.isToBeAnnounced(now)) {
      actions.add(
          new Action.Announce(
              new SessionEvent.WriteFailed(failing.kind(), report.hasServed(), failing.words())));
    }
    return new Plan(List.copyOf(actions), told, null, failed.slot());
  }

  /**
   * The stored status; of a session that cannot begin the planned one, which says that it is to.
   */
  private McpSessionStatus basis(Plan failed) {
    McpSessionStatus stored = seen.session().status();
    McpSessionStatus planned = failed.status();
    boolean begins = stored == null || seen.session().conditions().saySuspended();
    if (begins && planned != null && isStart(planned)) {
      return planned;
    }
    return stored == null
        ? StatusRecord.of(null, now).toStatus(seen.session().generation(), List.of())
        : stored;
  }

  private static boolean isStart(McpSessionStatus planned) {
    return planned.podName() == null && planned.attempt() != null;
  }

  /** The plan, which keeps the words in status if it contains the request that keeps failing. */
  static Plan keep(Plan plan, Observation seen, Instant now) {
    McpSessionStatus stored = seen.session().status();
    int write = plan.actions().indexOf(new Action.WriteStatus());
    if (write < 0 || stored == null || plan.status() == null || !tells(stored)) {
      return plan;
    }
    FailingWrite failing = failingAfter(plan, write, seen);
    if (failing == null) {
      return plan;
    }
    McpSessionStatus kept = new WriteReport(seen, failing, now).withWords(plan.status());
    List<Action> actions = new ArrayList<>(plan.actions());
    if (kept.equals(stored)) {
      actions.remove(write);
    }
    return new Plan(List.copyOf(actions), kept, plan.wakeAt(), plan.slot());
  }

  private static boolean tells(McpSessionStatus stored) {
    return stored.conditions() != null
        && stored.conditions().stream()
            .anyMatch(condition -> FailingWrite.isToldIn(condition.message()));
  }

  private static @Nullable FailingWrite failingAfter(Plan plan, int write, Observation seen) {
    List<FailingWrite> known = seen.memory().failing();
    String session = seen.session().key().name();
    for (Action action : plan.actions().subList(write + 1, plan.actions().size())) {
      WriteTarget target = WriteTarget.of(action, session);
      for (FailingWrite failing : known) {
        if (target != null && target.kind() == failing.kind()) {
          return failing;
        }
      }
    }
    return null;
  }

  private boolean hasServed() {
    McpSessionStatus status = seen.session().status();
    return status != null
        && (status.podName() != null || seen.session().conditions().saySuspended());
  }

  private McpSessionStatus withWords(McpSessionStatus status) {
    List<Condition> conditions = new ArrayList<>();
    boolean serves = status.podName() != null;
    if (status.conditions() != null) {
      conditions.addAll(status.conditions());
    }
    if (!serves || isCutOff()) {
      tell(conditions, ConditionType.Ready, serves);
    }
    tell(conditions, ConditionType.UpToDate, serves);
    return status.withConditions(List.copyOf(conditions));
  }

  /** Whether the Service that clients use leads to no ready Pod of the session. */
  private boolean isCutOff() {
    if (!failing.kind().concernsService()) {
      return false;
    }
    ObservedService service = seen.children().service();
    ObservedPod pod =
        service == null || service.revision() == null
            ? null
            : seen.children().ownPod(service.revision());
    return pod == null || !pod.isReady();
  }

  private void tell(List<Condition> conditions, ConditionType type, boolean serves) {
    int at = indexOf(conditions, type);
    Condition basis = at < 0 ? null : FailingWrite.untold(conditions.get(at));
    String message = basis == null ? "" : basis.message();
    Condition stored = storedCondition(type);
    boolean since = stored != null && Condition.FALSE.equals(stored.status());
    Condition told =
        new Condition(
            type.name(),
            Condition.FALSE,
            seen.session().generation(),
            since && stored != null ? stored.lastTransitionTime() : now,
            reason(type, basis, serves).name(),
            failing.appendTo(message));
    if (at < 0) {
      conditions.add(type == ConditionType.Ready ? 0 : Math.min(1, conditions.size()), told);
    } else {
      conditions.set(at, told);
    }
  }

  private static Reason reason(ConditionType type, @Nullable Condition basis, boolean serves) {
    Reason failed =
        serves
            ? type == ConditionType.Ready ? Reason.BackendNotReady : Reason.ReplaceFailed
            : Reason.StartFailed;
    if (basis == null || basis.isTrue()) {
      return failed;
    }
    return Stream.of(Reason.values())
        .filter(reason -> reason.name().equals(basis.reason()))
        .filter(reason -> reason != Reason.Starting && reason != Reason.Replacing)
        .findFirst()
        .orElse(failed);
  }

  private @Nullable Condition storedCondition(ConditionType type) {
    return seen.session().conditions().get(type);
  }

  private static int indexOf(List<Condition> conditions, ConditionType type) {
    for (int i = 0; i < conditions.size(); i++) {
      if (type.name().equals(conditions.get(i).type())) {
        return i;
      }
    }
    return -1;
  }
}
