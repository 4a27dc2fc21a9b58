package dev.mcpsession.explain;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.timing.IdleClock;
import java.time.Duration;
import java.time.Instant;

/** When a session ends: by its idle deadline, or by its lifetime. */
record Clocks(Observation seen, Moment moment) {
  void write(TextTable table) {
    McpSessionSpec spec = seen.session().spec();
    if (spec.isSuspended()) {
      table.put("Idle clock", "stands still while spec.suspend is true");
    } else if (spec.idleTimeout().isZero()) {
      table.put("Idle clock", "none, as idleTimeoutSeconds is 0");
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
    Instant lastUse = clock.provenUse() == null ? clock.lastUse() : clock.provenUse();
    table.put(
        "Idle clock",
        (lastUse == null ? "never used" : "used last at " + moment.tell(lastUse))
            + ", active since "
            + moment.tell(clock.activeSince()));
    if (clock.activity().isGarbage()) {
      table.more(clock.activity().message());
    }
    Instant deadline = clock.deadline();
    if (deadline == null) {
      return;
    }
    String over =
        "idleTimeoutSeconds "
            + spec.idleTimeout().toSeconds()
            + " over at "
            + moment.tell(deadline);
    if (seen.session().conditions().has(ConditionType.Ready, Reason.SuspendedIdle)) {
      table.more(over + "; it is suspended, until a lastActive moves that into the future");
    } else {
      table.more(over + ": the session is " + (spec.suspendsWhenIdle() ? "suspended" : "deleted"));
    }
    Instant plain =
        (lastUse == null || lastUse.isBefore(clock.activeSince()) ? clock.activeSince() : lastUse)
            .plus(spec.idleTimeout());
    if (deadline.isAfter(plain)) {
      table.more("(as late as that because its first start has startupTimeoutSeconds)");
    }
  }
}
