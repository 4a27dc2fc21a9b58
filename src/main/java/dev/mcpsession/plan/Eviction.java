package dev.mcpsession.plan;

import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
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
    return rejection == null ? null : evict(it, EvictionReason.GrantRejected, it.now(), rejection);
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

  /** Deletes or suspends the session, as spec.onIdle says. */
  static @Nullable Plan forIdleness(SessionLife it) {
    Instant deadline = it.idle().deadline();
    if (deadline == null || !it.isDue(deadline)) {
      return null;
    }
    String why = idleMessage(it, deadline);
    if (!it.spec().suspendsWhenIdle()) {
      return evict(it, EvictionReason.Idle, deadline, why);
    }
    PlanBuilder plan = it.plan();
    plan.status(plan.status().activeSince(it.idle().activeSince()));
    Suspension.plan(it.seen(), plan, Reason.SuspendedIdle, why);
    return plan.build();
  }

  private static String idleMessage(SessionLife it, Instant deadline) {
    Instant lastUse = it.idle().lastUse();
    Instant activeSince = it.idle().activeSince();
    Instant proven = it.idle().provenUse();
    String use =
        proven != null
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
    return use
        + ", idleTimeoutSeconds "
        + it.spec().idleTimeout().toSeconds()
        + " over at "
        + deadline;
  }

  /** Deletes only the session; the garbage collector deletes its children. */
  private static Plan evict(SessionLife it, EvictionReason reason, Instant due, String why) {
    return new Plan(
        List.of(
            new Action.Evict(
                it.seen().session().uid(), it.seen().session().resourceVersion(), reason),
            new Action.Announce(new SessionEvent.Evicted(reason, due, reason + ": " + why))),
        it.seen().session().status(),
        null,
        Plan.Slot.NONE);
  }
}
