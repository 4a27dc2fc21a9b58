package dev.mcpsession.plan;

import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.Remembered;
import dev.mcpsession.plan.observed.SharedState;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.resources.Inputs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * One golden case: {@code in.yaml} says what is observed, {@code out.yaml} what is planned.
 *
 * <p>{@code in.yaml} shows only how the case differs from the file that its {@code base} names
 * (session.yaml where it names none): objects are merged, null removes. Pods are a map from the
 * revision, conditions a map from the type. {@code current} stands for the hash of what the spec
 * asks for now, as a Pod's template and as an attempt's inputs, and where something is appended to
 * it that stays.
 *
 * <p>{@code out.yaml} shows the actions and of the status what they change; a field that goes is
 * null.
 *
 * @param seen what is observed
 * @param now when the planner is asked
 * @param inputs what the spec asks for now
 */
public record PlanCase(Observation seen, Instant now, Inputs inputs) {

  /** Reads a case, and the files that it differs from. */
  public static PlanCase read(Path in) throws IOException {
    return PlanCaseReader.read(in);
  }

  /** The plan as out.yaml shows it. */
  String render(Plan plan) throws IOException {
    return PlanCaseWriter.render(this, plan);
  }

  /** The observation once the plan's status was written and its memory dropped, and no more. */
  Observation after(Plan plan) {
    ObservedSession session = seen.session();
    Remembered memory = seen.memory();
    return new Observation(
        new ObservedSession(
            session.key(),
            session.resourceVersion(),
            session.generation(),
            session.createdAt(),
            session.deletedAt(),
            session.deletedAt() == null ? session.spec().wantsRevocation() : session.finalizer(),
            session.spec(),
            plan.status(),
            session.lastActive(),
            session.restartedAt()),
        seen.children(),
        seen.source(),
        new Remembered(
            has(plan, new Action.ForgetToken()) ? new TokenCall.None() : memory.tokenCall(),
            memory.tokenCallInputs(),
            memory.revocation(),
            memory.serviceRejection(),
            has(plan, new Action.ForgetRejection())
                ? new ApiRejection.None()
                : memory.childRejection()),
        new SharedState(
            seen.shared().slotFree(),
            seen.shared().namespaceGuarded() || has(plan, new Action.GuardNamespace())));
  }

  private static boolean has(Plan plan, Action action) {
    return plan.actions().contains(action);
  }
}
