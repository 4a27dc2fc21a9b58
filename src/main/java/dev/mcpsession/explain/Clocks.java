package dev.mcpsession.explain;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.timing.IdleClock;
import dev.mcpsession.plan.timing.IdleDeadline;
import java.time.Duration;
import java.time.Instant;

/** When a session ends: by its idle deadline, or by its lifetime. */
record Clocks(Observation seen, Moment moment) {
  void write(TextTable table) {
    McpSessionSpec spec = seen.session().spec();
    if (spec.isSuspended()) {
      table.put("Idle clock", "stands still while spec.suspend is true");
    } else {
      idle(table, spec, IdleClock.of(seen, moment.now()));
    }
    Duration lifetime = spec.maxLifetime();
    table.put(
        "Lifetime",
        lifetime == null
            ? "no limit"
            : "maxLifetimeSeconds "
                + lifetime.toSeconds()
                + " over at "
                + moment.tell(seen.session().createdAt().plus(lifetime))
                + ": the session is deleted");
  }

  private void idle(TextTable table, McpSessionSpec spec, IdleClock clock) {
    IdleDeadline deadline = clock.deadline();
    boolean suspended = seen.session().conditions().has(ConditionType.Ready, Reason.SuspendedIdle);
    if (deadline.at() == null && !suspended) {
      table.put("Idle clock", "none, as idleTimeoutSeconds is 0");
    } else {
      Instant lastUse = clock.provenUse() == null ? clock.lastUse() : clock.provenUse();
      table.put(
          "Idle clock",
          (lastUse == null ? "never used" : "used last at " + moment.tell(lastUse))
              + ", active since "
              + moment.tell(clock.activeSince()));
      if (clock.activity().isGarbage()) {
        table.more(clock.activity().message());
      }
    }
    if (clock.release().problem() != null) {
      table.more(clock.release().problem());
    }
    if (deadline.at() != null) {
      over(table, spec, clock, deadline.at(), suspended);
    }
    if (deadline.deletion() != null
        && (suspended || (deadline.at() != null && spec.suspendsWhenIdle()))) {
      table.more(
          "deleteAfterIdleSeconds "
              + spec.deleteAfterIdleSeconds()
              + (deadline.deletion().equals(deadline.at())
                  ? " is over by then: it is deleted instead"
                  : " over at "
                      + moment.tell(deadline.deletion())
                      + ": the session, suspended until then, is deleted"));
    }
  }

  private void over(
      TextTable table, McpSessionSpec spec, IdleClock clock, Instant at, boolean suspended) {
    Instant released = clock.deadline().released() ? clock.release().at() : null;
    String over =
        released == null
            ? "idleTimeoutSeconds " + spec.idleTimeout().toSeconds() + " over at " + moment.tell(at)
            : "released at " + moment.tell(released) + ", which ends the idle timeout";
    table.more(
        over
            + (suspended
                ? "; it is suspended, until a lastActive moves that into the future"
                : ": the session is " + (spec.suspendsWhenIdle() ? "suspended" : "deleted")));
    Instant plain = released == null ? clock.start().plus(spec.idleTimeout()) : released;
    if (at.isAfter(plain)) {
      table.more(
          released == null
              ? "(as late as that because its first start has startupTimeoutSeconds)"
              : "(not before "
                  + moment.tell(at)
                  + ", because its first start has startupTimeoutSeconds)");
    }
  }
}
