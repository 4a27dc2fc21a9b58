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
  public static String of(Observation seen, ReadAccess around, Instant now) {
    Moment moment = new Moment(now.truncatedTo(ChronoUnit.MILLIS));
    TextTable sheet = new TextTable();
    sheet.title(
        "McpSession "
            + seen.session().key()
            + " of user "
            + seen.session().spec().user()
            + ", as seen at "
            + moment.now().truncatedTo(ChronoUnit.SECONDS));
    sheet.gap();
    new Standing(seen, around, moment).write(sheet);
    if (seen.session().deletedAt() == null) {
      new Backend(seen, around, moment).write(sheet);
      new TokenTimes(seen, moment).write(sheet);
      new Clocks(seen, moment).write(sheet);
    }
    sheet.gap();
    new Outlook(seen, around, moment).write(sheet);
    return sheet.toString();
  }
}
