package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.resources.Inputs;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an observation of a session that should run means at one instant.
 *
 * @param now in whole milliseconds
 * @param wanted what a revision would be made from now
 * @param recovered the status as recorded, or as recovered
 * @param status that, less what expired or was lost: what decisions start from
 * @param due why another Pod is wanted than the one that serves
 * @param candidate the Pod of the attempt that goes on; null without one
 */
public record Assessment(
    Observation seen,
    Instant now,
    Inputs wanted,
    Recovery recovery,
    StatusRecord recovered,
    ServingExpiry expiry,
    Serving serving,
    StatusRecord status,
    ServiceState service,
    TokenDemand tokens,
    DueCause due,
    @Nullable Candidate candidate) {

  /** Assesses it. */
  public static Assessment of(Observation seen, StatusRecord recorded, Instant now) {
    Inputs wanted =
        Inputs.of(seen.session().spec(), seen.session().restartedAt(), seen.source().input());
    Recovery recovery = Recovery.of(recorded, seen, wanted, now);
    StatusRecord recovered = recovery.applyTo(recorded, seen, now);
    ServingExpiry expiry = ServingExpiry.of(recovered, seen, now);
    StatusRecord valid = expiry.applyTo(recovered, seen);
    Serving serving = Serving.of(valid, seen, now);
    StatusRecord status =
        switch (serving) {
          case Serving.Nothing() -> valid;
          case Serving.Ready(ObservedPod pod) -> valid.withEndpointOf(pod, seen.session().spec());
          case Serving.NotReady(ObservedPod pod, var overdueAt, var overdue) ->
              valid.withEndpointOf(pod, seen.session().spec());
          case Serving.Gone gone -> valid.lost();
        };
    TokenDemand tokens = new TokenDemand(seen, wanted, now);
    Integer attempted = status.attempted();
    ObservedPod pod = attempted == null ? null : seen.children().ownPod(attempted);
    return new Assessment(
        seen,
        now,
        wanted,
        recovery,
        recovered,
        expiry,
        serving,
        status,
        ServiceState.of(seen),
        tokens,
        DueCause.of(status, expiry.over(), serving, tokens, wanted, seen, now),
        pod == null
            ? null
            : Candidate.of(
                pod,
                Objects.requireNonNull(status.attempt()),
                seen.session().spec().startupTimeout(),
                wanted,
                tokens,
                now));
  }

  public boolean isDue(Instant at) {
    return !now.isBefore(at);
  }

  /** The Pod of the revision that serves, if it is there; else null. */
  public @Nullable ObservedPod servingPod() {
    return status.isServing() ? seen.children().ownPod(status.revision()) : null;
  }

  /** The cause that an attempt for this one goes on for; null when it is not wanted any more. */
  public @Nullable Cause stillFor(Cause begun) {
    return due.stillFor(begun, status.isServing());
  }

  /**
   * The number of the next attempt.
   *
   * @param reserved one that status names already and that nothing uses; 0 for none
   */
  public int nextNumber(int reserved) {
    int beyond = Math.max(status.revision(), seen.children().highestPodNumber()) + 1;
    return Math.max(reserved, beyond);
  }

  /** An attempt that begins now, from what is wanted now. */
  public Attempt attempt(int number, Cause cause) {
    return new Attempt(number, cause, now, wanted.hash());
  }

  /** What the attempt is made from is what is wanted now. */
  public boolean isCurrent(Attempt attempt) {
    return attempt.inputs().equals(wanted.hash());
  }
}
