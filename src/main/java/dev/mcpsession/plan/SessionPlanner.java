package dev.mcpsession.plan;

import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do with a session. The order of the decisions is the first that applies: it is
 * being deleted, its lifetime is over, its grant was rejected, its spec suspends it, it is idle,
 * everything else.
 */
public final class SessionPlanner {
  private SessionPlanner() {}

  public static Plan plan(Observation seen, Instant now) {
    if (seen.session().deletedAt() != null) {
      return DeletionPlan.plan(seen, seen.session().deletedAt(), now);
    }
    PlanBuilder draft = new PlanBuilder(seen, now);
    McpSessionSpec spec = seen.session().spec();

    Instant end =
        spec.maxLifetime() == null ? null : seen.session().createdAt().plus(spec.maxLifetime());
    if (end != null && draft.isDue(end)) {
      return evict(
          draft,
          EvictionReason.MaxLifetime,
          end,
          "created "
              + seen.session().createdAt()
              + ", maxLifetimeSeconds "
              + spec.maxLifetimeSeconds()
              + " over at "
              + end);
    }
    draft.wake(end);
    String rejection = spec.token() == null ? null : rejection(seen);
    if (rejection != null) {
      return evict(draft, EvictionReason.GrantRejected, draft.now, rejection);
    }

    boolean suspendedIdle = draft.isSuspendedFor(Reason.SuspendedIdle);
    IdleClock clock = IdleClock.read(draft);
    if (spec.isSuspended()) {
      return Suspension.plan(draft, Reason.Suspended, "spec.suspend is true");
    }
    draft.activeSince = clock.activeSince();
    Instant deadline = clock.deadline();
    if (deadline != null && draft.isDue(deadline)) {
      String why = idleMessage(spec, clock, deadline);
      return spec.suspendsWhenIdle()
          ? Suspension.plan(draft, Reason.SuspendedIdle, why)
          : evict(draft, EvictionReason.Idle, deadline, why);
    }
    draft.wake(deadline);
    if (suspendedIdle) {
      draft.activeSince = draft.now;
    }
    new RunningSession(draft).plan();
    // What begins to serve in this plan sets the idle clock, and no event of ours follows it.
    draft.wake(clock.deadlineAfter(draft));
    return draft.toPlan();
  }

  /** What the issuer said, to this session or to another that lives on the same grant. */
  private static @Nullable String rejection(Observation seen) {
    if (seen.memory().tokenCall() instanceof TokenCall.Failed failed
        && failed.kind() == TokenFailure.Kind.REJECTED) {
      return failed.message();
    }
    return seen.source() instanceof SourceState.Unavailable(var kind, var words)
            && kind == TokenFailure.Kind.REJECTED
        ? words
        : null;
  }

  private static Plan evict(PlanBuilder draft, EvictionReason reason, Instant due, String why) {
    draft.before(
        new Action.Evict(
            draft.seen.session().uid(), draft.seen.session().resourceVersion(), reason));
    draft.before(new Action.Announce(new SessionEvent.Evicted(reason, due, reason + ": " + why)));
    return draft.toEviction();
  }

  private static String idleMessage(McpSessionSpec spec, IdleClock clock, Instant deadline) {
    String use =
        clock.lastUse() == null
            ? "never used, active since " + clock.activeSince()
            : clock.activity().isGarbage()
                ? "lastActive of no use, as first seen at " + clock.lastUse()
                : "last used " + clock.lastUse();
    return use + ", idleTimeoutSeconds " + spec.idleTimeout().toSeconds() + " over at " + deadline;
  }
}
