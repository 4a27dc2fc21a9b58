package dev.mcpsession.plan;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a session has come to its end: its lifetime, its grant, or its idle timeout. Each
 * method returns null if that does not apply.
 */
final class Eviction {
  private Eviction() {}

  static @Nullable Plan afterMaxLifetime(SessionLife it) {
    Instant end = it.lifetimeEnd();
    return end == null || !it.isDue(end)
        ? null
        : evict(
            it,
            EvictionReason.MaxLifetime,
            end,
            "created "
                + it.seen().session().createdAt()
                + ", maxLifetimeSeconds "
                + it.spec().maxLifetimeSeconds()
                + " over at "
                + end);
  }

  static @Nullable Plan forRejectedGrant(SessionLife it) {
    String rejection = it.spec().token() == null ? null : rejection(it.seen());
    return rejection == null
        ? null
        : evict(
            it,
            EvictionReason.GrantRejected,
            it.now(),
            rejection,
            it.seen().session().conditions().has(ConditionType.TokenValid, Reason.GrantRejected)
                ? it.seen().session().status()
                : withTokenRejected(it, rejection));
  }

  private static McpSessionStatus withTokenRejected(SessionLife it, String rejection) {
    ObservedSession session = it.seen().session();
    Conditions conditions = new Conditions(session.conditions(), session.generation(), it.now());
    conditions.set(ConditionType.TokenValid, false, Reason.GrantRejected, rejection);
    return StatusRecord.of(session.status(), it.now())
        .toStatus(session.generation(), conditions.toList());
  }

  /** The issuer's message, to this session or to another with the same grant. */
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

  /**
   * Deletes or suspends the session, as spec.onIdle says; deletes it as well if it need not be kept
   * any longer.
   */
  static @Nullable Plan forIdleness(SessionLife it) {
    Instant deadline = it.idle().deadline().at();
    if (deadline == null || !it.isDue(deadline)) {
      return null;
    }
    if (!it.spec().suspendsWhenIdle()) {
      return evict(it, EvictionReason.Idle, deadline, idleMessage(it, deadline));
    }
    Plan deletion = afterSuspension(it);
    if (deletion != null) {
      return deletion;
    }
    PlanBuilder plan = it.plan();
    Instant deletedAt = it.idle().deadline().deletion();
    boolean already =
        it.seen().session().conditions().has(ConditionType.Ready, Reason.SuspendedIdle);
    if (deletedAt != null && !already) {
      // When it is to be deleted must not depend on an annotation that somebody may take away.
      plan.status(plan.status().activeSince(it.idle().start()));
    }
    plan.wake(deletedAt);
    Suspension.plan(it.seen(), plan, Reason.SuspendedIdle, idleMessage(it, deadline));
    return plan.build();
  }

  /** Deletes an idle session after spec.deleteAfterIdleSeconds. */
  static @Nullable Plan afterSuspension(SessionLife it) {
    Instant deletion = it.idle().deadline().deletion();
    Duration kept = it.spec().deletedAfterIdle();
    if (deletion == null || kept == null || !it.isDue(deletion)) {
      return null;
    }
    String setting = "deleteAfterIdleSeconds " + kept.toSeconds();
    return evict(
        it,
        EvictionReason.Idle,
        deletion,
        deletion.equals(it.idle().deadline().at())
            ? idleMessage(it, deletion) + ", and " + setting + " as well"
            : "not used since " + it.idle().start() + ", " + setting + " over at " + deletion);
  }

  private static String idleMessage(SessionLife it, Instant deadline) {
    if (!it.idle().deadline().released()) {
      return use(it)
          + ", idleTimeoutSeconds "
          + it.spec().idleTimeout().toSeconds()
          + " over at "
          + deadline;
    }
    Instant released = it.idle().release().at();
    return "released at "
        + released
        + ", "
        + use(it)
        + (deadline.equals(released)
            ? ""
            : ", startupTimeoutSeconds "
                + it.spec().startupTimeout().toSeconds()
                + " over at "
                + deadline);
  }

  private static String use(SessionLife it) {
    Instant lastUse = it.idle().lastUse();
    Instant activeSince = it.idle().activeSince();
    Instant proven = it.idle().provenUse();
    return proven != null
        ? "last used " + proven + ", when lastActive was changed"
        : lastUse == null
            ? "never used, active since " + activeSince
            : it.idle().activity().isGarbage()
                ? "lastActive of no use, "
                    + (lastUse.isBefore(activeSince)
                        ? "active since " + activeSince
                        : "as first seen at " + lastUse)
                : lastUse.isBefore(activeSince)
                    ? "lastActive is " + lastUse + ", active since " + activeSince
                    : "last used " + lastUse;
  }

  private static Plan evict(SessionLife it, EvictionReason reason, Instant due, String why) {
    return evict(it, reason, due, why, it.seen().session().status());
  }

  /** Deletes only the session; the garbage collector deletes its children. */
  private static Plan evict(
      SessionLife it,
      EvictionReason reason,
      Instant due,
      String why,
      @Nullable McpSessionStatus status) {
    return new Plan(
        List.of(
            new Action.Evict(
                it.seen().session().uid(), it.seen().session().resourceVersion(), reason),
            new Action.Announce(new SessionEvent.Evicted(reason, due, reason + ": " + why))),
        status,
        null,
        Plan.Slot.NONE);
  }
}
