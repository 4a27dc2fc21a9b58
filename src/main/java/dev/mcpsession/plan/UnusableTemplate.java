package dev.mcpsession.plan;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.Assessment;
import dev.mcpsession.plan.assess.Serving;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedTemplate;
import java.time.Instant;

/**
 * What the conditions say of a session for which no backend can be made.
 *
 * @param obstacle what is wrong with its template
 */
record UnusableTemplate(Assessment it, Conditions conditions, String obstacle) {
  /** What serves goes on serving, and is not replaced. Ready is set already. */
  void whileServing() {
    switch (template()) {
      case ObservedTemplate.Missing(var name) -> upToDate(Reason.TemplateMissing);
      case ObservedTemplate.Invalid(var name, var message) -> upToDate(Reason.ReplaceFailed);
      default -> {
        // For a moment only: what was said stays.
        if (said().get(ConditionType.UpToDate) == null
            || said().has(ConditionType.UpToDate, Reason.TemplateMissing)) {
          upToDate(Reason.Replacing);
        } else {
          conditions.keep(ConditionType.UpToDate);
        }
      }
    }
  }

  void whileNothingServes() {
    switch (template()) {
      case ObservedTemplate.Missing(var name) ->
          both(Reason.TemplateMissing, Reason.TemplateMissing);
      case ObservedTemplate.Invalid(var name, var message) ->
          both(Reason.InvalidSpec, Reason.StartFailed);
      default -> beforeTheCheck();
    }
  }

  /** For a moment only: what was said stays, unless it is not true any more. */
  private void beforeTheCheck() {
    Instant expired = it.expiry().expired();
    if (expired != null) {
      conditions.set(
          ConditionType.Ready, false, Reason.TokenPending, "the token expired at " + expired);
      upToDate(Reason.TokenPending);
    } else if (it.serving() instanceof Serving.Gone gone) {
      conditions.set(ConditionType.Ready, false, Reason.BackendExited, gone.message());
      upToDate(Reason.Starting);
    } else if (said().isFalse(ConditionType.Ready)
        && said().isFalse(ConditionType.UpToDate)
        && !said().saySuspended()
        && !said().has(ConditionType.Ready, Reason.TemplateMissing)) {
      conditions.keep(ConditionType.Ready);
      conditions.keep(ConditionType.UpToDate);
    } else {
      both(Reason.Starting, Reason.Starting);
    }
  }

  private void both(Reason ready, Reason upToDate) {
    conditions.set(ConditionType.Ready, false, ready, obstacle);
    upToDate(upToDate);
  }

  private void upToDate(Reason reason) {
    conditions.set(ConditionType.UpToDate, false, reason, obstacle);
  }

  private ObservedConditions said() {
    return it.seen().session().conditions();
  }

  private ObservedTemplate template() {
    return it.seen().session().template();
  }
}
