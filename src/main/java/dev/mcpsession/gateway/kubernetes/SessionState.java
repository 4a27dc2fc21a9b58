package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Reason;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.GrantName;
import java.net.URI;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the object of a user's session says to the gateway. Computed from it and its template. */
sealed interface SessionState {
  /** There is no such object. */
  record Absent() implements SessionState {}

  /** A backend serves. */
  record Serving(Backend backend) implements SessionState {}

  /**
   * None serves yet, or any more, and the operator is at work on it.
   *
   * @param message of the condition Ready; empty: none yet
   */
  record Starting(String message) implements SessionState {}

  /**
   * Suspended for want of use: a use resumes it.
   *
   * @param since the suspension's mark, which tells it from the next one
   */
  record SuspendedIdle(String since) implements SessionState {}

  /** Somebody suspended it by spec.suspend. */
  record SuspendedBySpec() implements SessionState {}

  /**
   * It cannot be started, or is tried again later.
   *
   * @param message of the condition Ready
   * @param nextAttempt null: none before somebody changed something
   */
  record Failed(String message, @Nullable Instant nextAttempt) implements SessionState {}

  /**
   * It gets no token, for the user's grant is not there.
   *
   * @param message of the condition Ready
   * @param nextAttempt null: the operator looks for the grant now
   */
  record GrantMissing(String message, @Nullable Instant nextAttempt) implements SessionState {}

  /**
   * The user's grant was rejected: the operator deletes the session, and the user has to sign in
   * again.
   */
  record GrantRejected(String message) implements SessionState {}

  /** It is being deleted. */
  record Ending() implements SessionState {}

  /** An object of that name which was not made for this user and template. */
  record NotOwned() implements SessionState {}

  /** Reasons of Ready that no waiting helps against, unless another attempt is due. */
  Set<String> FAILURES =
      Set.of(
          Reason.StartFailed.name(),
          Reason.NameConflict.name(),
          Reason.InvalidSpec.name(),
          Reason.TemplateMissing.name());

  /** Reasons of Ready that are a failure while the next attempt waits for its time. */
  Set<String> FAILURES_WHILE_WAITING =
      Set.of(Reason.TokenPending.name(), Reason.BackendExited.name());

  /**
   * The state of a user's session.
   *
   * @param session the object of its name; null: there is none
   * @param template null: it is missing
   * @param owner the user
   */
  static SessionState of(
      @Nullable McpSession session,
      @Nullable McpSessionTemplate template,
      McpResource resource,
      Owner owner) {
    if (session == null) {
      return new Absent();
    }
    McpSessionSpec spec = session.getSpec();
    if (!spec.isOf(owner, resource.template())) {
      return session.isMarkedForDeletion() ? new Ending() : new NotOwned();
    }
    McpSessionStatus status = session.getStatus();
    Condition ready = condition(status, ConditionType.Ready);
    Condition token = condition(status, ConditionType.TokenValid);
    if (has(ready, Reason.GrantRejected) || has(token, Reason.GrantRejected)) {
      Condition rejected = has(ready, Reason.GrantRejected) ? ready : token;
      return new GrantRejected(message(rejected));
    }
    if (session.isMarkedForDeletion()) {
      return new Ending();
    }
    if (spec.isSuspended()) {
      return new SuspendedBySpec();
    }
    if (status == null || ready == null) {
      return new Starting("");
    }
    return serves(status, ready)
        ? serving(session, status, template)
        : lacksGrant(ready, token, GrantName.of(resource, owner))
            ? new GrantMissing(message(ready), status.nextAttemptTime())
            : notServing(status, ready, session.getMetadata().getResourceVersion());
  }

  /** A Service that somebody else has does not matter: the gateway goes to the Pod itself. */
  private static boolean serves(McpSessionStatus status, Condition ready) {
    return status.endpoint() != null
        && status.revision() != null
        && status.servingSince() != null
        && (ready.isTrue() || has(ready, Reason.NameConflict));
  }

  private static SessionState serving(
      McpSession session, McpSessionStatus status, @Nullable McpSessionTemplate template) {
    URI endpoint = endpoint(status);
    Integer revision = status.revision();
    Instant since = status.servingSince();
    if (endpoint == null || revision == null || since == null) {
      return new Starting("");
    }
    McpSessionSpec spec = effective(session, template);
    return new Serving(
        new Backend(
            SessionKey.of(session), revision, endpoint, since, spec.drain(), spec.idleTimeout()));
  }

  private static SessionState notServing(
      McpSessionStatus status, Condition ready, String resourceVersion) {
    if (has(ready, Reason.SuspendedIdle)) {
      Instant since = ready.lastTransitionTime();
      return new SuspendedIdle(since == null ? resourceVersion : since.toString());
    }
    boolean waits = status.nextAttemptTime() != null;
    return FAILURES.contains(ready.reason())
            || (waits && FAILURES_WHILE_WAITING.contains(ready.reason()))
        ? new Failed(message(ready), status.nextAttemptTime())
        : new Starting(message(ready));
  }

  /** Whether what the token source misses is the grant, and not the client's Secret. */
  private static boolean lacksGrant(Condition ready, @Nullable Condition token, String grant) {
    return has(ready, Reason.TokenPending)
        && has(token, Reason.SourceMissing)
        && message(token).contains("Secret " + grant + " ");
  }

  /** The effective spec. */
  static McpSessionSpec effective(McpSession session, @Nullable McpSessionTemplate template) {
    McpSessionSpec own = session.getSpec();
    return template == null
        ? EffectiveSpec.withoutTemplate(own, false, null)
        : EffectiveSpec.of(own, template.getSpec().session());
  }

  /** Whether it is suspended for want of use. */
  static boolean isSuspendedIdle(McpSession session) {
    return has(condition(session.getStatus(), ConditionType.Ready), Reason.SuspendedIdle);
  }

  private static @Nullable URI endpoint(McpSessionStatus status) {
    try {
      return status.endpoint() == null ? null : URI.create(status.endpoint());
    } catch (IllegalArgumentException e) {
      return null; // the operator writes none, and nobody can be sent there
    }
  }

  private static @Nullable Condition condition(
      @Nullable McpSessionStatus status, ConditionType type) {
    return status == null ? null : status.condition(type);
  }

  private static boolean has(@Nullable Condition condition, Reason reason) {
    return condition != null
        && Condition.FALSE.equals(condition.status())
        && reason.name().equals(condition.reason());
  }

  private static String message(@Nullable Condition condition) {
    return condition == null ? "" : condition.message();
  }
}
