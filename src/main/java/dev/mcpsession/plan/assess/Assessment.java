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
 * An observation of a session that should run, evaluated at one instant.
 *
 * @param now in whole milliseconds
 * @param wanted inputs that a revision would be made from now
 * @param recovered the recorded status, or the one recovered from Pods
 * @param status that, without what expired or was lost: the basis of decisions
 * @param due why a new Pod is needed
 * @param candidate Pod of the attempt in progress; null without one
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

  /** Evaluates an observation. */
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
                status,
                now));
  }

  public boolean isDue(Instant at) {
    return !now.isBefore(at);
  }

  /** The Pod of the serving revision; null if there is none. */
  public @Nullable ObservedPod servingPod() {
    return status.isServing() ? seen.children().ownPod(status.revision()) : null;
  }

  /** The cause with which an attempt continues; null if it is no longer needed. */
  public @Nullable Cause stillFor(Cause begun) {
    return due.stillFor(begun, status.isServing());
  }

  /**
   * The cause with which the attempt in progress goes on; null if it is no longer needed. One that
   * stopped what served keeps its cause, and with it its place.
   */
  public @Nullable Cause goesOnFor(Cause begun) {
    return !status.isServing() && seen.session().spec().recreates() ? begun : stillFor(begun);
  }

  /** Whether what serves has to be stopped before another Pod is made. */
  public boolean stopsFirst() {
    return seen.session().spec().recreates() && status.isServing();
  }

  /**
   * The number of the next attempt.
   *
   * @param reserved number that the status reserves and no child uses; 0 for none
   */
  public int nextNumber(int reserved) {
    int beyond = Math.max(status.revision(), seen.children().highestPodNumber()) + 1;
    return Math.max(reserved, beyond);
  }

  /** The wait of the attempt in progress for a node; null if there is none, or it has one. */
  public @Nullable NodeWait nodeWait() {
    Integer attempted = status.attempted();
    return NodeWait.of(
        status,
        attempted == null ? null : seen.children().ownPod(attempted),
        seen.session().spec().startupTimeout(),
        earliestPod(),
        now);
  }

  /** When the Pods before it should be gone; null if the attempt's Pod does not wait for them. */
  private @Nullable Instant earliestPod() {
    Attempt attempt = status.attempt();
    if (attempt == null || !seen.session().spec().recreates()) {
      return null;
    }
    FormerPods former = FormerPods.of(seen, status, now);
    return former == null
        ? attempt.startTime().plus(seen.session().spec().drain())
        : former.dueAt();
  }

  /** An attempt that begins now, from the current inputs. */
  public Attempt attempt(int number, Cause cause) {
    return new Attempt(number, cause, now, wanted.hash());
  }

  /** Whether the attempt is made from the current inputs. */
  public boolean isCurrent(Attempt attempt) {
    return attempt.inputs().equals(wanted.hash());
  }
}
