package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.course.Asker;
import dev.mcpsession.gateway.course.BindingResult;
import dev.mcpsession.gateway.course.Course;
import dev.mcpsession.gateway.course.Event;
import dev.mcpsession.gateway.course.Place;
import dev.mcpsession.gateway.resume.BufferedEventId;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.ReplicaId;
import dev.mcpsession.gateway.resume.ResumeDecision;
import dev.mcpsession.gateway.resume.StreamBuffers;
import dev.mcpsession.gateway.route.DrainEnd;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.StandingDecision;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Rebinding;
import dev.mcpsession.gateway.session.Preferences;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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

  default boolean isOpen(Rebinding written) {
    return BindingResult.isOpen(written);
  }

  /** Who asked what a client answers. */
  default Asker asker(Incarnation asker, Connection connection, Backend serving, Instant now) {
    return Asker.of(asker, connection, serving, now);
  }

  /** Where a request may be under way that a client cancels. */
  default List<Place> workingFor(Connection connection, Optional<Backend> serving, Instant now) {
    return Place.workingFor(connection, serving, now);
  }

  /** Where the rest of a stream is whose backend gives ids. */
  default ResumeDecision ofBackend(
      Incarnation from,
      Optional<String> requestId,
      String backendEventId,
      Optional<Incarnation> serving,
      Optional<Incarnation> draining) {
    return ResumeDecision.ofBackend(from, requestId, backendEventId, serving, draining);
  }

  /** Where the rest of a stream is that a replica keeps. */
  default ResumeDecision ofBuffer(
      BufferedEventId id, Optional<ReplicaId> replica, ReplicaId own, boolean kept) {
    return ResumeDecision.ofBuffer(id, replica, own, kept);
  }

  /** The stream that is kept for a connection. */
  default Optional<BufferedStream> kept(StreamBuffers buffers, long number, String connection) {
    return buffers.find(number, connection);
  }

  /** What becomes of a stream without an end of its own. */
  default StandingDecision standing(
      OptionalInt serving, OptionalInt feeding, OptionalInt without, OptionalInt endedWell) {
    return StandingDecision.of(serving, feeding, without, endedWell);
  }

  /** Whether a backend has no more time for its last requests. */
  default boolean isOver(DrainEnd drain, Instant now) {
    return drain.isOver(now);
  }

  /** What a backend has to be told of what its client has set. */
  default List<Preference> news(Preferences now, Preferences told) {
    return now.since(told);
  }
}
