package dev.mcpsession.plan;

import dev.mcpsession.api.EvictionReason;
import org.jspecify.annotations.Nullable;

/**
 * One step of a plan. Steps are carried out in order, and the first that does not succeed ends the
 * plan: the next one is made from what is true then. No step carries a secret value.
 */
public sealed interface Action {
  record CreateService(int revision, int port) implements Action {}

  /** Lets the Service point to a revision; the resourceVersion is its precondition. */
  record PointService(String resourceVersion, int revision, int port) implements Action {}

  record DeleteService(String uid) implements Action {}

  /**
   * Asks the token source in the background.
   *
   * @param stored revision whose token Secret may exist already and is then used instead; null when
   *     none can
   * @param inputs that the token is wanted for, remembered with a failure
   */
  record ObtainToken(@Nullable Integer stored, String inputs) implements Action {}

  /** Drops the result of the last token call: it was used or planned for. */
  record ForgetToken() implements Action {}

  /** Drops the last setback: it was planned for. */
  record ForgetRejection() implements Action {}

  /** Writes the plan's status, with the observed resourceVersion as precondition. */
  record WriteStatus() implements Action {}

  /** Refuses evictions of session Pods in the namespace, so that a drain waits for replacements. */
  record GuardNamespace() implements Action {}

  /** From the token in hand. */
  record CreateSecret(int revision) implements Action {}

  record CreatePod(int revision) implements Action {}

  record DeleteSecret(int revision) implements Action {}

  record DeletePod(String name, String uid) implements Action {}

  /** Reads the session anew and goes on only if it is still the one that was observed. */
  record ConfirmSession() implements Action {}

  /** Reads the Pod anew and goes on only if it is really gone: a cache may be behind the status. */
  record ConfirmPodGone(String name) implements Action {}

  /** Deletes the session, if it is still exactly what the decision was made on. */
  record Evict(String uid, String resourceVersion, EvictionReason reason) implements Action {}

  /**
   * Lets the session's end wait until its tokens are revoked; the resourceVersion is the
   * precondition.
   */
  record AddFinalizer(String resourceVersion) implements Action {}

  /** Takes our finalizer, and no other, away; the resourceVersion is the precondition. */
  record RemoveFinalizer(String resourceVersion) implements Action {}

  /** Revokes, in the background, the tokens that only this session has. */
  record RevokeTokens() implements Action {}

  /** Tells users and metrics what just happened. */
  record Announce(SessionEvent event) implements Action {}
}
