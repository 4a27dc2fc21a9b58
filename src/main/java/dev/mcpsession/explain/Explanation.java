package dev.mcpsession.explain;

import dev.mcpsession.plan.observed.Observation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Explains the state of a session, what is done with it now and next, and why. All decisions are
 * the planner's. Its inputs hold no secret values.
 */
public final class Explanation {
  private Explanation() {}

  /**
   * Human-readable text, in lines.
   *
   * @param now the planner runs for this instant, and for each at which it requests a requeue
   */
  public static String of(Observation seen, ReadAccess access, Instant now) {
    Moment moment = new Moment(now.truncatedTo(ChronoUnit.MILLIS));
    TextTable table = new TextTable();
    table.title(
        "McpSession "
            + seen.session().key()
            + " of user "
            + seen.session().spec().user()
            + ", as seen at "
            + moment.now().truncatedTo(ChronoUnit.SECONDS));
    table.gap();
    new Standing(seen, access, moment).write(table);
    if (seen.session().deletedAt() == null) {
      new TemplateState(seen, access).write(table);
      new Backend(seen, access, moment).write(table);
      if (access.templateReadable()) {
        new TokenTimes(seen, moment).write(table);
        new Clocks(seen, moment).write(table);
      }
    }
    table.gap();
    new Outlook(seen, access, moment).write(table);
    return table.toString();
  }
}
