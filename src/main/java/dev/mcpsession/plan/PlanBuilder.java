package dev.mcpsession.plan;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.plan.timing.RotationPolicy;
import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the making: the status as it will be, the steps before and after it is written, and the
 * next wake-up.
 */
final class PlanBuilder {
  final Observation seen;
  final Instant now;
  final Conditions conditions;

  int revision;
  @Nullable String podName;
  @Nullable String endpoint;
  @Nullable Instant tokenExpirationTime;
  @Nullable Instant renewalTime;
  Instant activeSince;
  @Nullable Instant servingSince;
  @Nullable Attempt attempt;
  int failures;
  @Nullable Instant nextAttemptTime;
  Plan.Slot slot = Plan.Slot.NONE;

  /** When the token of what served ran out, if that is why it was stopped just now. */
  @Nullable Instant expired;

  private final List<Action> before = new ArrayList<>();
  private final List<Action> after = new ArrayList<>();
  private final Set<String> removed = new HashSet<>();
  private @Nullable Instant wakeAt;

  PlanBuilder(Observation seen, Instant instant) {
    this.seen = seen;
    this.now = instant.truncatedTo(ChronoUnit.MILLIS);
    McpSessionStatus status = seen.session().status();
    this.conditions =
        new Conditions(
            status == null ? null : status.conditions(), seen.session().generation(), now);
    this.activeSince = now;
    if (status != null) {
      revision = status.revision() == null ? 0 : status.revision();
      podName = status.podName();
      endpoint = status.endpoint();
      tokenExpirationTime = status.tokenExpirationTime();
      renewalTime = status.renewalTime();
      activeSince = status.activeSince() == null ? now : status.activeSince();
      servingSince = status.servingSince();
      attempt = status.attempt();
      failures = status.failures() == null ? 0 : status.failures();
      nextAttemptTime = status.nextAttemptTime();
    }
  }

  /** A step that must have succeeded before the status says so. */
  void before(Action action) {
    before.add(action);
  }

  /** A step that comes before every other. */
  void first(Action action) {
    before.addFirst(action);
  }

  /** A step right after the status, before what else must wait for it. */
  void rightAfter(Action action) {
    after.addFirst(action);
  }

  /** A step that the status must allow first. */
  void after(Action action) {
    after.add(action);
  }

  void announce(SessionEvent fact) {
    after.add(new Action.Announce(fact));
  }

  /**
   * What is due already was planned for, or waits for an event: only what is still to come wakes.
   */
  void wake(@Nullable Instant at) {
    if (at != null && at.isAfter(now) && (wakeAt == null || at.isBefore(wakeAt))) {
      wakeAt = at;
    }
  }

  boolean isDue(Instant at) {
    return !now.isBefore(at);
  }

  /** The attempt is going on, not waiting for its time. */
  boolean isAttempting() {
    return attempt != null && nextAttemptTime == null;
  }

  /** Lets a Pod be what serves; when it was promoted is for the caller to say. */
  void serve(ObservedPod pod) {
    revision = pod.revision();
    podName = pod.name();
    showEndpoint(pod);
    TokenInfo token = pod.token();
    tokenExpirationTime = token == null ? null : token.expiresAt();
    renewalTime =
        token == null || seen.session().spec().token() == null
            ? null
            : RotationPolicy.renewalTime(
                token, seen.session().spec().token().renewBefore(), seen.session().uid());
  }

  /** An address can change: a node that restarts gives its Pods new ones. */
  void showEndpoint(ObservedPod pod) {
    if (pod.ip() != null) {
      int port = pod.port() == null ? seen.session().spec().backendPort() : pod.port();
      String host = pod.ip().contains(":") ? "[" + pod.ip() + "]" : pod.ip();
      endpoint = "http://" + host + ":" + port + seen.session().spec().endpointPath();
    }
  }

  /** Where the Pod that served is gone, nothing but the status tells that it had a Secret. */
  void letGoOfVanished() {
    if (servingSince != null
        && seen.session().spec().token() != null
        && seen.children().ownPod(revision) == null) {
      before(new Action.DeleteSecret(revision));
    }
  }

  /** Nothing serves any more; the revision stays on record. */
  void serveNothing() {
    podName = null;
    endpoint = null;
    tokenExpirationTime = null;
    renewalTime = null;
  }

  /** A Pod that served and whose Secret went when the next was promoted. */
  void retire(ObservedPod pod) {
    removed.add(pod.uid());
    after(new Action.DeletePod(pod.name(), pod.uid()));
  }

  /**
   * A Pod of ours that no status names any more: its Secret first, for only the Pod tells that
   * there is one.
   */
  void remove(ObservedPod pod) {
    removed.add(pod.uid());
    if (pod.token() != null) {
      after(new Action.DeleteSecret(pod.revision()));
    }
    if (!pod.terminating()) {
      after(new Action.DeletePod(pod.name(), pod.uid()));
    }
  }

  boolean isRemoved(ObservedPod pod) {
    return removed.contains(pod.uid());
  }

  /** Judges the activity annotation; the InvalidActivity event comes once per episode. */
  void report(Activity activity) {
    Condition old = conditions.get(ConditionType.ActivityValid);
    boolean known = old != null && old.reason().equals(activity.reason().name());
    conditions.set(
        ConditionType.ActivityValid, !activity.isGarbage(), activity.reason(), activity.message());
    if (activity.isGarbage() && !known) {
      announce(new SessionEvent.InvalidActivity(activity.message()));
    }
    wake(activity.validAt());
  }

  boolean isSuspendedFor(Reason reason) {
    return conditions.has(ConditionType.Ready, reason);
  }

  /** Nothing but the steps: what an eviction leaves is for the garbage collector. */
  Plan toEviction() {
    return new Plan(List.copyOf(before), seen.session().status(), null, Plan.Slot.NONE);
  }

  /** First of all: no token is asked for that nobody would revoke. */
  private List<Action> finalizer() {
    boolean wanted = seen.session().spec().wantsRevocation();
    return wanted == seen.session().finalizer()
        ? List.of()
        : List.of(
            wanted
                ? new Action.AddFinalizer(seen.session().resourceVersion())
                : new Action.RemoveFinalizer(seen.session().resourceVersion()));
  }

  Plan toPlan() {
    McpSessionStatus status =
        new McpSessionStatus(
            seen.session().generation(),
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
            conditions.toList());
    List<Action> actions = new ArrayList<>(finalizer());
    actions.addAll(before);
    if (!status.equals(seen.session().status())) {
      actions.add(new Action.WriteStatus());
    }
    actions.addAll(after);
    if (!(seen.memory().childRejection() instanceof ApiRejection.None) && !isAttempting()) {
      actions.add(new Action.ForgetRejection());
    }
    return new Plan(List.copyOf(actions), status, wakeAt, slot);
  }
}
