package dev.mcpsession.plan;

import dev.mcpsession.api.EvictionReason;
import org.jspecify.annotations.Nullable;

/**
 * One step of a plan. Steps are carried out in order; the first that does not succeed ends the
 * plan, and the next plan starts from the state at that time. No step carries a secret value.
 */
public sealed interface Action {
  /**
   * Creates the Service, which selects a revision.
   *
   * @param byUid whether by its session's uid too
   */
  record CreateService(int revision, boolean byUid, int port) implements Action {}

  /**
   * Makes the Service select a revision, and gives it its labels; the resourceVersion is the
   * precondition.
   *
   * @param byUid whether by its session's uid too
   */
  record PointService(String resourceVersion, int revision, boolean byUid, int port)
      implements Action {}

  record DeleteService(String uid) implements Action {}

  /**
   * Requests a token from the source in the background.
   *
   * @param stored revision whose token Secret may exist already, and is then used instead; null if
   *     none can
   * @param inputs that the token is for; remembered if the call fails
   */
  record ObtainToken(@Nullable Integer stored, String inputs) implements Action {}

  /** Discards the result of the last token call: it has been used, or this plan accounts for it. */
  record ForgetToken() implements Action {}

  /** Discards the last rejection of a Pod or Secret: this plan accounts for it. */
  record ForgetRejection() implements Action {}

  /** Writes the plan's status; the observed resourceVersion is the precondition. */
  record WriteStatus() implements Action {}

  /** Refuses evictions of the namespace's session Pods, so that a drain waits for replacements. */
  record GuardNamespace() implements Action {}

  /**
   * Asks the API server whether it would create a revision's Secret and Pod, which creates nothing
   * and needs no token.
   */
  record TryCreation(int revision) implements Action {}

  /** Creates a revision's Secret from the obtained token. */
  record CreateSecret(int revision) implements Action {}

  record CreatePod(int revision) implements Action {}

  record DeleteSecret(int revision) implements Action {}

  /**
   * Deletes a Pod.
   *
   * @param graceSeconds how long it has to stop, instead of its own time; null: its own
   */
  record DeletePod(String name, String uid, @Nullable Integer graceSeconds) implements Action {}

  /**
   * Gives a Pod back the labels by which it is found. One that loses them again and again is
   * deleted.
   */
  record RestoreLabels(String name, String uid, int revision) implements Action {}

  /** Rereads a Pod that vanished from the cache undeleted: it may have lost its labels only. */
  record FindPod(String name, String uid) implements Action {}

  /** Rereads the session, and continues only if it is still the observed one. */
  record ConfirmSession() implements Action {}

  /**
   * Rereads the Pod, and continues only if it is gone: a cache may lag behind the status, or the
   * Pod may have lost the labels by which it is found, and gets them back.
   */
  record ConfirmPodGone(String name) implements Action {}

  /**
   * Deletes the session; the uid and resourceVersion of the decision are the preconditions. Writes
   * the plan's status before, if that is another one: the object as it was deleted is the last that
   * those who watch it see of it.
   */
  record Evict(String uid, String resourceVersion, EvictionReason reason) implements Action {}

  /**
   * Adds the finalizer that delays the session's removal until its tokens are revoked; the
   * resourceVersion is the precondition.
   */
  record AddFinalizer(String resourceVersion) implements Action {}

  /** Removes our finalizer, and no other; the resourceVersion is the precondition. */
  record RemoveFinalizer(String resourceVersion) implements Action {}

  /** Revokes, in the background, the tokens that the session does not share. */
  record RevokeTokens() implements Action {}

  /** Reports an event to users and metrics. */
  record Announce(SessionEvent event) implements Action {}
}
