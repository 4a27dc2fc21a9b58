package dev.mcpsession.plan.template;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import org.jspecify.annotations.Nullable;

/**
 * How far one session is with its template.
 *
 * @param why it is behind, for users; empty if it is not
 */
public record SessionStanding(State state, String why) {
  /** In the order in which they are reported. */
  public enum State {
    /** It runs nothing that is older than the template: also if it is suspended, or starts. */
    CURRENT,
    /** Its replacement waits for a place of maxConcurrentReplacements. */
    WAITING,
    /** It is being replaced. */
    UNDERWAY,
    /** It could not be replaced, or started; it is tried again. */
    FAILING
  }

  /** What follows in a message changes with each try. */
  private static final String NEXT = "; next attempt at ";

  private static final SessionStanding UP_TO_DATE = new SessionStanding(State.CURRENT, "");

  /**
   * After a plan was carried out.
   *
   * @param status that the plan left
   * @param queued whether a replacement waits for one of the limited places
   * @param before null if nothing is known of it
   */
  public static SessionStanding of(
      Observation seen, McpSessionStatus status, boolean queued, @Nullable SessionStanding before) {
    ObservedConditions conditions = ObservedConditions.of(status.conditions());
    if (conditions.isTrue(ConditionType.UpToDate)) {
      return UP_TO_DATE;
    }
    SessionStanding now =
        status.podName() == null
            ? stopped(conditions)
            : replacing(seen, status, queued, conditions);
    // While it is tried again, what went wrong last is what helps.
    boolean again = status.failures() != null && status.failures() > 0;
    return again && now.state != State.CURRENT && before != null && before.state == State.FAILING
        ? before
        : now;
  }

  /** Nothing serves, so nothing old does. */
  private static SessionStanding stopped(ObservedConditions conditions) {
    boolean recreating = conditions.has(ConditionType.Ready, Reason.Recreating);
    boolean fails =
        conditions.has(ConditionType.Ready, Reason.StartFailed)
            || conditions.has(ConditionType.Ready, Reason.InvalidSpec)
            || conditions.has(ConditionType.Ready, Reason.NameConflict);
    return recreating || fails
        ? new SessionStanding(
            fails ? State.FAILING : State.UNDERWAY, message(conditions, ConditionType.Ready))
        : UP_TO_DATE;
  }

  private static SessionStanding replacing(
      Observation seen, McpSessionStatus status, boolean queued, ObservedConditions conditions) {
    ObservedPod pod = status.revision() == null ? null : seen.children().ownPod(status.revision());
    Inputs wanted =
        Inputs.of(seen.session().spec(), seen.session().restartedAt(), seen.source().input());
    if (pod == null || pod.isOfTemplate(wanted)) {
      return UP_TO_DATE; // a token, a node or a restart is another matter
    }
    boolean moves = conditions.has(ConditionType.UpToDate, Reason.Replacing);
    State state = !moves ? State.FAILING : queued ? State.WAITING : State.UNDERWAY;
    return new SessionStanding(state, message(conditions, ConditionType.UpToDate));
  }

  private static String message(ObservedConditions conditions, ConditionType type) {
    var condition = conditions.get(type);
    String message = condition == null ? "" : condition.message();
    int next = message.indexOf(NEXT);
    return next < 0 ? message : message.substring(0, next);
  }
}
