package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
import java.util.Optional;

/** What is left to do for a request that nobody waits for. */
final class Tidying {
  private Tidying() {}

  static Action after(Event event, Course course) {
    return switch (event) {
      case Event.Answered answered ->
          course.kind() == Kind.INITIALIZE ? abandon(course) : new Action.Drop();
      case Event.Initialized initialized -> abandon(course); // nobody has been told the id
      case Event.Stored stored ->
          stored.creation() instanceof Creation.Created ? new Action.Drop() : abandon(course);
      case Event.IdEnded ended ->
          ended.ending() instanceof Ending.Ended
              ? new Action.Ended(course.connection().orElseThrow())
              : new Action.Nothing();
      case Event.Looked _,
          Event.Entered _,
          Event.StreamTaken _,
          Event.Demanded _,
          Event.UseTold _,
          Event.AskerFound _,
          Event.BoundAnew _,
          Event.Failed _,
          Event.BrokenOff _ ->
          new Action.Nothing();
    };
  }

  private static Action abandon(Course course) {
    return new Action.Abandon(course.backend().orElseThrow(), Optional.empty());
  }
}
