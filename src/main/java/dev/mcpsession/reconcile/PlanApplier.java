package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.plan.Action;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.WriteReport;
import dev.mcpsession.plan.WriteTarget;
import dev.mcpsession.plan.observed.FailingWrite;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.token.Revocations;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.reconcile.write.StepOutcome;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out plans step by step while this process may write. The first step that does not succeed
 * ends the plan; one that keeps failing is reported in the session's status. Sessions and their
 * children are written by plans only.
 */
public final class PlanApplier {
  private final StepExecutor steps;
  private final InstantSource clock;
  private final WriteGate gate;

  public PlanApplier(
      ClusterApi api,
      TokenCalls tokens,
      Revocations revocations,
      Announcer announcer,
      NamespaceBudgets budgets,
      InstantSource clock,
      WriteGate gate) {
    this.steps = new StepExecutor(api, tokens, revocations, announcer, budgets, clock);
    this.clock = clock;
    this.gate = gate;
  }

  /**
   * Carries out a plan.
   *
   * @param session that the plan was made for, as it was observed
   * @param seen what the plan was made from
   */
  StepOutcome apply(Plan plan, McpSession session, Observation seen, SessionEntry entry) {
    Application application = new Application(plan, session, seen, entry);
    List<Action> actions = plan.actions();
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      StepOutcome outcome = application.step(action);
      if (outcome instanceof StepOutcome.Unavailable failure) {
        application.report(action, failure);
      }
      if (outcome != StepOutcome.DONE) {
        entry.undeletedSecrets().notCarriedOut(actions.subList(i, actions.size()));
        return outcome;
      }
    }
    entry.writeFailures().none();
    return application.endedReport ? new StepOutcome.PlanAgain() : StepOutcome.DONE;
  }

  /** One plan being carried out. */
  private final class Application {
    private final Plan plan;
    private final Observation seen;
    private final String name;
    private final SessionEntry entry;
    private final StepExecutor.Execution execution;
    private Instant sentAt = Instant.EPOCH;

    /** A request succeeded of which status still says that it keeps failing. */
    private boolean endedReport;

    Application(Plan plan, McpSession session, Observation seen, SessionEntry entry) {
      this.plan = plan;
      this.seen = seen;
      this.name = seen.session().key().name();
      this.entry = entry;
      this.execution = steps.begin(plan, session, seen, entry);
    }

    /** Never throws what the API server answered. */
    StepOutcome step(Action action) {
      if (!gate.isOpen()) {
        return new StepOutcome.NotYet("this process does not lead");
      }
      if (seen.session().deletedAt() == null && entry.isNamespaceEnding(clock.instant())) {
        return new StepOutcome.Gone();
      }
      sentAt = clock.instant();
      WriteTarget target = WriteTarget.of(action, name);
      try {
        StepOutcome outcome = execution.execute(action);
        if (outcome == StepOutcome.DONE && target != null) {
          FailingWrite ended = entry.writeFailures().succeeded(target.kind());
          endedReport |= ended != null && ended.isLasting();
        }
        return outcome;
      } catch (KubernetesClientException e) {
        return StepOutcome.of(e, describe(action, target));
      }
    }

    private static String describe(Action action, @Nullable WriteTarget target) {
      return target == null ? action.getClass().getSimpleName() : target.words();
    }

    /** Notes that a step failed, and tells users if it keeps failing. */
    void report(Action action, StepOutcome.Unavailable failure) {
      WriteTarget target = WriteTarget.of(action, name);
      if (target == null) {
        return;
      }
      FailingWrite failing =
          entry
              .writeFailures()
              .failed(
                  target.kind(),
                  target.name(),
                  failure.words(),
                  sentAt,
                  clock.instant(),
                  failure.answered());
      McpSession session = execution.session();
      Plan report =
          WriteReport.plan(seen.with(session.getStatus()), plan, failing, clock.instant());
      Application application = new Application(report, session, seen, entry);
      for (Action step : report.actions()) {
        if (application.step(step) != StepOutcome.DONE) {
          return;
        }
      }
    }
  }
}
