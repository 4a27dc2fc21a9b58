package dev.mcpsession.plan;

import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedTemplate;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.retry.ExponentialBackoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans a session that is being deleted: nothing, unless it has our finalizer. Then revokes its
 * tokens if the spec asks for that, and removes the finalizer in time, whatever the result.
 */
final class DeletionPlan {
  /**
   * From the deletion to the end of the tries; the rest of the promised minute is for the removal
   * of the finalizer.
   */
  static final Duration PATIENCE = Duration.ofSeconds(55);

  /**
   * From the deletion to the end of the wait for a token call in flight; a revocation must still
   * fit in.
   */
  static final Duration TOKEN_PATIENCE = Duration.ofSeconds(50);

  /** At least this long from the first try, if the deletion was seen late. */
  static final Duration LATE_PATIENCE = Duration.ofSeconds(5);

  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofSeconds(1), Duration.ofSeconds(16));

  private DeletionPlan() {}

  /** The next step for the tokens of a session that is being deleted. */
  sealed interface NextStep {
    /**
     * Tries to revoke the tokens.
     *
     * @param patientUntil when the finalizer is removed if there is no answer
     */
    record Revoke(Instant patientUntil) implements NextStep {}

    record WaitUntil(Instant at) implements NextStep {}

    /**
     * Removes the finalizer.
     *
     * @param loss why a token stays valid; null if none does
     */
    record Release(@Nullable String loss) implements NextStep {}
  }

  static Plan plan(Observation seen, Instant deletedAt, Instant now) {
    if (!seen.session().finalizer()) {
      return Plan.nothing();
    }
    boolean tokenUnderWay = seen.memory().tokenCall() instanceof TokenCall.InFlight;
    NextStep next =
        seen.session().spec().wantsRevocation()
            ? decide(deletedAt, tokenUnderWay, seen.memory().revocation(), now)
            : new NextStep.Release(
                seen.session().spec().token() == null
                        && seen.session().template()
                            instanceof ObservedTemplate.Missing(String name)
                    ? "McpSessionTemplate " + name + ", which says where it is revoked, is gone"
                    : null);
    return switch (next) {
      case NextStep.Revoke(Instant until) -> plan(seen, List.of(new Action.RevokeTokens()), until);
      case NextStep.WaitUntil(Instant at) -> plan(seen, List.of(), at);
      case NextStep.Release(String loss) -> plan(seen, release(seen, loss), null);
    };
  }

  private static Plan plan(Observation seen, List<Action> actions, @Nullable Instant wakeAt) {
    return new Plan(actions, seen.session().status(), wakeAt, Plan.Slot.NONE);
  }

  private static List<Action> release(Observation seen, @Nullable String loss) {
    List<Action> actions = new ArrayList<>();
    actions.add(new Action.RemoveFinalizer(seen.session().resourceVersion()));
    if (loss != null) {
      Instant expiry =
          seen.session().status() == null ? null : seen.session().status().tokenExpirationTime();
      String validity =
          "; the token stays valid until " + (expiry == null ? "it expires by itself" : expiry);
      actions.add(new Action.Announce(new SessionEvent.RevocationFailed(loss + validity)));
    }
    return List.copyOf(actions);
  }

  /**
   * Tries at once, then after 1, 2, 4, 8 and each further 16 seconds, as long as a try begins in
   * time. There is always one try.
   *
   * @param tokenUnderWay whether a token call is in flight, whose token would have to be revoked as
   *     well
   */
  static NextStep decide(
      Instant deletedAt, boolean tokenUnderWay, RevocationCall call, Instant now) {
    return switch (call) {
      case RevocationCall.None() -> {
        Instant end = deletedAt.plus(TOKEN_PATIENCE);
        yield tokenUnderWay && now.isBefore(end)
            ? new NextStep.WaitUntil(end)
            : new NextStep.Revoke(end(deletedAt, now));
      }
      case RevocationCall.InFlight(Instant first, int tries) -> {
        Instant end = end(deletedAt, first);
        yield now.isBefore(end)
            ? new NextStep.WaitUntil(end)
            : new NextStep.Release(inVain(tries, "no answer"));
      }
      case RevocationCall.Failed(Instant first, int tries, Instant at, String message) -> {
        Instant end = end(deletedAt, first);
        Instant next = at.plus(pause(tries));
        yield !next.isBefore(end) || !now.isBefore(end)
            ? new NextStep.Release(inVain(tries, message))
            : now.isBefore(next) ? new NextStep.WaitUntil(next) : new NextStep.Revoke(end);
      }
      case RevocationCall.Lost(String message) -> new NextStep.Release(message);
      case RevocationCall.Revoked(), RevocationCall.NothingToRevoke() -> new NextStep.Release(null);
    };
  }

  /**
   * End of the tries. Neither an API server's clock ahead of ours nor a late operator delays the
   * deletion for long.
   */
  private static Instant end(Instant deletedAt, Instant first) {
    Instant promised = deletedAt.plus(PATIENCE);
    Instant earliest = first.plus(LATE_PATIENCE);
    Instant latest = first.plus(PATIENCE);
    return promised.isBefore(earliest) ? earliest : promised.isAfter(latest) ? latest : promised;
  }

  private static Duration pause(int tries) {
    return BACKOFF.delay(tries);
  }

  private static String inVain(int tries, String last) {
    return "its token could not be revoked in "
        + (tries == 1 ? "1 try: " : tries + " tries, the last: ")
        + last;
  }
}
