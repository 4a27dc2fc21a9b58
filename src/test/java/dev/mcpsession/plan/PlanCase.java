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
 * One golden case: {@code in.yaml} is the observation, {@code out.yaml} the plan.
 *
 * <p>{@code in.yaml} contains only the differences from the file that its {@code base} names
 * (session.yaml by default): objects are merged, null removes. Pods are a map by revision,
 * conditions a map by type. {@code current} stands for the hash of the current spec, as a Pod's
 * template and as an attempt's inputs; a suffix appended to it is kept.
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

  /** The observation after the plan wrote its status and discarded results, and nothing else. */
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
            session.template(),
            plan.status(),
            session.lastActive(),
            session.released(),
            session.restartedAt()),
        seen.children(),
        seen.source(),
        new Remembered(
            has(plan, new Action.ForgetToken()) ? new TokenCall.None() : memory.tokenCall(),
            memory.tokenCallInputs(),
            memory.fruitlessTokenCalls(),
            memory.revocation(),
            memory.serviceRejection(),
            has(plan, new Action.ForgetRejection())
                ? new ApiRejection.None()
                : memory.childRejection(),
            memory.lostPods(),
            memory.undeletedSecrets(),
            memory.failing(),
            memory.signs(),
            memory.roomSince()),
        new SharedState(
            seen.shared().slot(),
            seen.shared().namespaceGuarded() || has(plan, new Action.GuardNamespace())));
  }

  private static boolean has(Plan plan, Action action) {
    return plan.actions().contains(action);
  }
}
