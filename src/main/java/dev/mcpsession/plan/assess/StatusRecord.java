package dev.mcpsession.plan.assess;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.PodRole;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable status without its conditions: as recorded, or after one change.
 *
 * @param revision 0 before the first promotion
 * @param podName of the serving Pod; null if nothing serves
 * @param servingSince null also after a deliberate stop
 * @param attempt in progress, or waiting for {@code nextAttemptTime}
 */
public record StatusRecord(
    int revision,
    @Nullable String podName,
    @Nullable String endpoint,
    @Nullable Instant tokenExpirationTime,
    @Nullable Instant renewalTime,
    Instant activeSince,
    @Nullable Instant servingSince,
    @Nullable Attempt attempt,
    int failures,
    @Nullable Instant nextAttemptTime) {

  /** The recorded status; a session without one is active since now. */
  public static StatusRecord of(@Nullable McpSessionStatus status, Instant now) {
    return status == null
        ? new StatusRecord(0, null, null, null, null, now, null, null, 0, null)
        : new StatusRecord(
            status.revision() == null ? 0 : status.revision(),
            status.podName(),
            status.endpoint(),
            status.tokenExpirationTime(),
            status.renewalTime(),
            status.activeSince() == null ? now : status.activeSince(),
            status.servingSince(),
            status.attempt(),
            status.failures() == null ? 0 : status.failures(),
            status.nextAttemptTime());
  }

  /** Adds the conditions, for the observed generation. */
  public McpSessionStatus toStatus(long generation, List<Condition> conditions) {
    return new McpSessionStatus(
        generation,
        revision == 0 ? null : revision,
        podName,
        endpoint,
        tokenExpirationTime,
        renewalTime,
        activeSince,
        servingSince,
        attempt,
        failures,
        nextAttemptTime,
        conditions);
  }

  public boolean isServing() {
    return podName != null;
  }

  /** Whether an attempt is in progress, not waiting for {@code nextAttemptTime}. */
  public boolean isAttempting() {
    return attempt != null && nextAttemptTime == null;
  }

  /** Number of the attempt in progress; null without one. */
  public @Nullable Integer attempted() {
    return attempt == null || nextAttemptTime != null ? null : attempt.revision();
  }

  /** What a Pod is by this status. */
  public PodRole roleOf(ObservedPod pod) {
    return PodRole.of(pod, revision, servingSince != null, attempted());
  }

  /** With this Pod serving. */
  public StatusRecord serving(ObservedPod pod, ObservedSession session, Instant since) {
    TokenInfo token = pod.token();
    Instant renewal =
        token == null || session.spec().token() == null
            ? null
            : RenewalPolicy.renewalTime(token, session.spec().token().renewBefore(), session.uid());
    return new StatusRecord(
            pod.revision(),
            pod.name(),
            endpoint,
            token == null ? null : token.expiresAt(),
            renewal,
            activeSince,
            since,
            attempt,
            failures,
            nextAttemptTime)
        .withEndpointOf(pod, session.spec());
  }

  /** With the Pod's address, which can change: a node that restarts gives its Pods new ones. */
  public StatusRecord withEndpointOf(ObservedPod pod, McpSessionSpec spec) {
    if (pod.ip() == null) {
      return this;
    }
    int port = pod.port() == null ? spec.backendPort() : pod.port();
    String host = pod.ip().contains(":") ? "[" + pod.ip() + "]" : pod.ip();
    return new StatusRecord(
        revision,
        podName,
        "http://" + host + ":" + port + spec.endpointPath(),
        tokenExpirationTime,
        renewalTime,
        activeSince,
        servingSince,
        attempt,
        failures,
        nextAttemptTime);
  }

  /** Nothing serves any more, unexpectedly; the revision stays on record. */
  public StatusRecord lost() {
    return servingNothing(servingSince);
  }

  /** Nothing serves any more, deliberately; the revision stays on record. */
  public StatusRecord stopped() {
    return servingNothing(null);
  }

  private StatusRecord servingNothing(@Nullable Instant since) {
    return new StatusRecord(
        revision, null, null, null, null, activeSince, since, attempt, failures, nextAttemptTime);
  }

  /** With another attempt, or none. */
  public StatusRecord with(@Nullable Attempt attempt) {
    return waiting(attempt, failures, nextAttemptTime);
  }

  /** Without an attempt or a retry time. */
  public StatusRecord withoutAttempt() {
    return waiting(null, failures, null);
  }

  /** With an attempt, or none, and the time until which it waits; null if it does not wait. */
  public StatusRecord waiting(@Nullable Attempt attempt, int failures, @Nullable Instant until) {
    return new StatusRecord(
        revision,
        podName,
        endpoint,
        tokenExpirationTime,
        renewalTime,
        activeSince,
        servingSince,
        attempt,
        failures,
        until);
  }

  /** With another start of the idle clock. */
  public StatusRecord activeSince(Instant since) {
    return new StatusRecord(
        revision,
        podName,
        endpoint,
        tokenExpirationTime,
        renewalTime,
        since,
        servingSince,
        attempt,
        failures,
        nextAttemptTime);
  }
}
