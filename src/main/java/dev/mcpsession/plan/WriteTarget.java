package dev.mcpsession.plan;

import dev.mcpsession.api.Names;
import dev.mcpsession.plan.observed.FailingWrite;
import org.jspecify.annotations.Nullable;

/** What a step of a plan asks of the API server, so that it can be told if that keeps failing. */
public record WriteTarget(FailingWrite.Kind kind, String name) {
  /** As the subject of a sentence. */
  public String words() {
    return kind.words() + " " + name;
  }

  /** The request of one step; null if it sends none whose failure matters to users. */
  public static @Nullable WriteTarget of(Action action, String session) {
    return switch (action) {
      case Action.CreateService ignored ->
          new WriteTarget(FailingWrite.Kind.CREATE_SERVICE, session);
      case Action.PointService ignored ->
          new WriteTarget(FailingWrite.Kind.CHANGE_SERVICE, session);
      case Action.DeleteService ignored ->
          new WriteTarget(FailingWrite.Kind.DELETE_SERVICE, session);
      case Action.CreateSecret(int revision) ->
          new WriteTarget(FailingWrite.Kind.CREATE_SECRET, Names.child(session, revision));
      case Action.DeleteSecret(int revision) ->
          new WriteTarget(FailingWrite.Kind.DELETE_SECRET, Names.child(session, revision));
      case Action.CreatePod(int revision) ->
          new WriteTarget(FailingWrite.Kind.CREATE_POD, Names.child(session, revision));
      case Action.DeletePod(String name, String uid, Integer grace) ->
          new WriteTarget(FailingWrite.Kind.DELETE_POD, name);
      case Action.RestoreLabels(String name, String uid, int revision) ->
          new WriteTarget(FailingWrite.Kind.CHANGE_POD, name);
      case Action.FindPod(String name, String uid) ->
          new WriteTarget(FailingWrite.Kind.CHANGE_POD, name);
      case Action.ConfirmPodGone(String name) ->
          new WriteTarget(FailingWrite.Kind.CHANGE_POD, name);
      case Action.WriteStatus() -> new WriteTarget(FailingWrite.Kind.WRITE_STATUS, session);
      case Action.AddFinalizer ignored ->
          new WriteTarget(FailingWrite.Kind.CHANGE_SESSION, session);
      case Action.RemoveFinalizer ignored ->
          new WriteTarget(FailingWrite.Kind.CHANGE_SESSION, session);
      case Action.ConfirmSession() -> new WriteTarget(FailingWrite.Kind.READ_SESSION, session);
      case Action.Evict ignored -> new WriteTarget(FailingWrite.Kind.DELETE_SESSION, session);
      case Action.TryCreation(int revision) ->
          new WriteTarget(FailingWrite.Kind.CREATE_POD, Names.child(session, revision));
      case Action.ObtainToken ignored -> null;
      case Action.ForgetToken() -> null;
      case Action.ForgetRejection() -> null;
      case Action.GuardNamespace() -> null;
      case Action.RevokeTokens() -> null;
      case Action.Announce ignored -> null;
    };
  }
}
