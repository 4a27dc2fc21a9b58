package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
import java.util.Optional;

/** What follows from the writing of an id, and from its end. */
final class Writes {
  private Writes() {}

  static Action stored(Creation creation, Backend backend) {
    return switch (creation) {
      case Creation.Created done -> new Action.Pass(backend, true);
      case Creation.TooMany none -> abandon(backend, Refusals.tooManyIds());
      case Creation.Refused refused ->
          abandon(backend, new Refusal(400, Refusal.INVALID_REQUEST, refused.message()));
      case Creation.Failed failed ->
          abandon(backend, Refusals.notWritten(failed.message(), failed.apiAway()));
    };
  }

  private static Action abandon(Backend backend, Refusal refusal) {
    return new Action.Abandon(backend, Optional.of(refusal));
  }

  static Action ended(Ending ending, Connection connection) {
    return switch (ending) {
      case Ending.Ended done -> new Action.Ended(connection);
      case Ending.Failed failed ->
          new Action.Refuse(Refusals.notWritten(failed.message(), failed.apiAway()));
    };
  }
}
