package dev.mcpsession.explain;

import dev.mcpsession.api.Names;
import dev.mcpsession.plan.Action;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.SessionEvent;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.text.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Describes the actions of a plan, except those that only change the operator's memory. */
record ActionWords(Observation seen, Plan plan, Moment moment) {
  List<String> toList() {
    List<String> words = new ArrayList<>();
    plan.actions().forEach(action -> words(action).forEach(words::add));
    if (words.isEmpty() && plan.actions().contains(new Action.WriteStatus())) {
      words.add("write the status anew");
    }
    return words;
  }

  private Stream<String> words(Action action) {
    String session = seen.session().key().name();
    return switch (action) {
      case Action.CreateService(int revision, boolean byUid, int port) ->
          Stream.of("make Service " + session + " for revision " + revision + ", port " + port);
      case Action.PointService(String version, int revision, boolean byUid, int port) ->
          Stream.of("point Service " + session + " to revision " + revision + ", port " + port);
      case Action.DeleteService(String uid) -> Stream.of("delete Service " + session);
      case Action.ObtainToken(Integer stored, String inputs) ->
          Stream.of(
              (stored == null
                      ? ""
                      : "use the token in Secret "
                          + Names.child(session, stored)
                          + " if there is one; else ")
                  + "ask the token source for a token");
      case Action.WriteStatus() ->
          new StatusWords(seen.session().status(), plan.status(), moment).toList().stream();
      case Action.GuardNamespace() ->
          Stream.of(
              "make PodDisruptionBudget " + Names.BUDGET + ", so that drains wait for sessions");
      case Action.TryCreation(int revision) ->
          Stream.of(
              "ask whether Pod " + Names.child(session, revision) + " would be made, by a dry run");
      case Action.CreateSecret(int revision) ->
          Stream.of("make Secret " + Names.child(session, revision) + " with the token");
      case Action.CreatePod(int revision) ->
          Stream.of("make Pod " + Names.child(session, revision));
      case Action.DeleteSecret(int revision) ->
          Stream.of("delete Secret " + Names.child(session, revision));
      case Action.DeletePod(String name, String uid, Integer grace) ->
          Stream.of(
              "delete Pod "
                  + name
                  + (grace == null ? "" : ", which then has " + grace + " s to stop"));
      case Action.ConfirmPodGone(String name) ->
          Stream.of("read Pod " + name + " once more, to be sure that it is gone");
      case Action.RestoreLabels(String name, String uid, int revision) ->
          Stream.of("give Pod " + name + " back its labels");
      case Action.FindPod(String name, String uid) ->
          Stream.of("read Pod " + name + ", which may have lost its labels");
      case Action.Evict evict -> Stream.of("delete the session");
      case Action.AddFinalizer(String version) ->
          Stream.of("add the finalizer " + Names.REVOCATION_FINALIZER);
      case Action.RemoveFinalizer(String version) ->
          Stream.of("remove the finalizer " + Names.REVOCATION_FINALIZER);
      case Action.RevokeTokens() -> Stream.of("revoke the session's tokens at their issuer");
      case Action.Announce(SessionEvent event) ->
          Stream.of("report: " + OneLine.of(event.message()));
      case Action.ForgetToken(), Action.ForgetRejection(), Action.ConfirmSession() ->
          Stream.empty();
    };
  }
}
