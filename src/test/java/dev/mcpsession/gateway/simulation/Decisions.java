package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.BindingResult;
import dev.mcpsession.gateway.course.Course;
import dev.mcpsession.gateway.course.Event;
import dev.mcpsession.gateway.session.Connections.Rebinding;

/** The decisions that a replica carries out: the real ones, unless a test breaks one of them. */
interface Decisions {
  /** The gateway's own. */
  Decisions REAL = new Decisions() {};

  /** The next step of a request. */
  default Course.Step next(Course course, Event event) {
    return course.on(event);
  }

  /** Whether a backend session stays that was begun for a connection. */
  default boolean keepsSession(Rebinding written) {
    return BindingResult.keepsSession(written);
  }
}
