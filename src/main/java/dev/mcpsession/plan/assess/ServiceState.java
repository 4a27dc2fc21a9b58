package dev.mcpsession.plan.assess;

import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the session's Service stands.
 *
 * @param wanted as the spec asks
 * @param service null when there is none of ours
 * @param problem why there is none, for the user; null when nothing stands in its way
 * @param taken the problem is that another owner has the name
 * @param retryAt when to try again to make it; null when nothing stands in its way
 */
public record ServiceState(
    boolean wanted,
    @Nullable ObservedService service,
    @Nullable String problem,
    boolean taken,
    @Nullable Instant retryAt) {

  static ServiceState of(Observation seen) {
    boolean wanted = seen.session().spec().wantsService();
    ObservedService service = seen.children().service();
    ApiRejection rejection =
        wanted && service == null ? seen.memory().serviceRejection() : new ApiRejection.None();
    String uid = seen.session().uid();
    return switch (rejection) {
      case ApiRejection.None() -> new ServiceState(wanted, service, null, false, null);
      case ApiRejection.Taken(var what, var owner, int inARow, Instant at) ->
          new ServiceState(
              wanted,
              null,
              what + " belongs to " + owner + "; delete it, or give the session another name",
              true,
              at.plus(RetryPolicy.delay(inARow, uid)));
      case ApiRejection.Refused(var what, var message, var invalid, int inARow, Instant at) ->
          new ServiceState(
              wanted,
              null,
              what + " was refused: " + message,
              false,
              at.plus(RetryPolicy.delay(inARow, uid)));
    };
  }

  /** Whether a session that does not serve yet may be started. */
  public boolean allowsStart() {
    return problem == null && !(wanted && service != null && service.terminating());
  }
}
