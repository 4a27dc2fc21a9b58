package dev.mcpsession.plan.assess;

import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.timing.Jitter;
import dev.mcpsession.plan.timing.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of the session's Service.
 *
 * @param wanted whether the spec asks for one
 * @param service null if the session has none of its own
 * @param problem why it cannot be created, for users; null if nothing prevents it
 * @param taken whether the problem is that another owner has the name
 * @param retryAt when to retry the creation; null if nothing prevents it
 */
public record ServiceState(
    boolean wanted,
    @Nullable ObservedService service,
    @Nullable String problem,
    boolean taken,
    @Nullable Instant retryAt) {
  private static final Duration LONGEST = Duration.ofSeconds(10);

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
              at.plus(invalid ? RetryPolicy.delay(inARow, uid) : worldMayChange(inARow, uid)));
    };
  }

  /** A quota, a right or a policy may change at any time, and the retry is one cheap request. */
  private static Duration worldMayChange(int inARow, String uid) {
    Duration delay = RetryPolicy.delay(inARow, uid);
    return delay.compareTo(LONGEST) < 0
        ? delay
        : LONGEST.minus(Duration.ofMillis(2L * Jitter.permille(uid + inARow)));
  }

  /** Whether a session that does not serve yet may start. */
  public boolean allowsStart() {
    return problem == null && !(wanted && service != null && service.terminating());
  }
}
