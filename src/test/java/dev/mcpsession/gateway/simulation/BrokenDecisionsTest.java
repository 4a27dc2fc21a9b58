package dev.mcpsession.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.course.Action;
import dev.mcpsession.gateway.course.Asker;
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
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.route.StandingDecision;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.Connections.Rebinding;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.gateway.simulation.Rules.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation sees it if one decision is wrong. */
class BrokenDecisionsTest {
  /** What is done wrongly; null where it is done as it should be. */
  private interface Mistake extends Decisions {
    Course.@Nullable Step wrong(Course course, Event event);

    @Override
    default Course.Step next(Course course, Event event) {
      Course.Step wrong = wrong(course, event);
      return wrong == null ? course.on(event) : wrong;
    }
  }

  private static Arguments mistake(String name, Rule rule, Mistake mistake) {
    return mistake(name, rule, () -> mistake);
  }

  private static Arguments mistake(String name, Rule rule, Supplier<Decisions> mistake) {
    return Arguments.of(name, rule, mistake);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(
            "a request is sent again after it was sent",
            Rule.SENT_ONCE,
            (course, event) ->
                event.equals(new Event.Failed(true)) && !course.over()
                    ? course.on(new Event.Failed(false))
                    : null),
        mistake(
            "a connection goes on at another session of its user",
            Rule.ENDED_IDS,
            (course, event) ->
                event instanceof Event.Demanded(Served(var backend)) && !course.over()
                    ? of(course, backend).on(event)
                    : null),
        mistake(
            "a backend is used that is older than the binding",
            Rule.OWN_ONLY,
            (course, event) ->
                course.on(event).action() instanceof Action.Demand(var after, var pause)
                        && event instanceof Event.UseTold(var goesOn)
                        && goesOn
                    ? send(course, after.orElseThrow())
                    : null),
        mistake(
            "nobody is told that no backend serves",
            Rule.NO_HANG,
            (course, event) ->
                event instanceof Event.Demanded(NotServed _)
                    ? new Course.Step(course, new Action.Nothing())
                    : null),
        mistake(
            "a backend that has forgotten its session is left so",
            Rule.IDS_LIVE,
            (course, event) ->
                event.equals(new Event.Answered(404)) && !course.over()
                    ? course.on(new Event.Answered(200))
                    : null),
        mistake(
            "an id is unknown as soon as the cache shows another session",
            Rule.IDS_LIVE,
            (course, event) ->
                event instanceof Event.UseTold(var goesOn)
                        && goesOn
                        && !course.over()
                        && isOfAnother(course)
                    ? new Course.Step(course, new Action.Refuse(Refusal.unknownSession()))
                    : null),
        mistake(
            "a backend session is left to itself when its client has left",
            Rule.ONE_SESSION,
            (course, event) ->
                course.over() && event instanceof Event.Answered
                    ? new Course.Step(course, new Action.Drop())
                    : null),
        mistake(
            "a second GET stream is refused",
            Rule.STANDING,
            (course, event) ->
                course.on(event).action() instanceof Action.TakeStream
                    ? new Course.Step(
                        course, new Action.Pass(course.backend().orElseThrow(), false))
                    : null),
        mistake("an ended id is remembered", Rule.ENDED_IDS, Remembering::new),
        mistake("the backend session of the slower replica stays", Rule.ONE_SESSION, Keeping::new),
        mistake(
            "a backend session whose write was not answered is ended",
            Rule.ONE_SESSION,
            Ending::new),
        mistake("an answer goes to the backend that serves", Rule.ANSWERS, WrongAsker::new),
        mistake("a cancellation goes to what serves now", Rule.CANCELLATIONS, WrongWork::new),
        mistake("another backend is asked for the rest", Rule.OWN_ONLY, WrongBackend::new),
        mistake("a replay begins too late", Rule.NO_GAP, () -> new WrongReplay(1)),
        mistake("a replay begins too early", Rule.NO_GAP, () -> new WrongReplay(-1)),
        mistake("whoever names a stream gets it", Rule.OWN_ONLY, AnybodysStreams::new),
        mistake("a drain has no end", Rule.NO_HANG, EndlessDrain::new),
        mistake("a new backend is told nothing", Rule.PREFERENCES, Forgetting::new),
        mistake("a GET stream stays where it is", Rule.STANDING, Staying::new));
  }

  private static boolean isOfAnother(Course course) {
    return course
        .connection()
        .filter(it -> !it.session().uid().equals(course.backend().orElseThrow().session().uid()))
        .isPresent();
  }

  private static Course of(Course course, Backend backend) {
    return new Course(
        course.kind(),
        course.reply(),
        course.connection().map(it -> of(it, backend)),
        course.backend(),
        course.tries(),
        course.draining(),
        course.over());
  }

  private static Connection of(Connection connection, Backend backend) {
    return new Connection(
        connection.name(),
        connection.uid(),
        connection.resource(),
        backend.session(),
        connection.ownerHash(),
        connection.protocolVersion(),
        connection.initialize(),
        connection.binding(),
        connection.previous(),
        connection.preferences(),
        connection.resourceVersion());
  }

  private static Course.Step send(Course course, Backend backend) {
    return new Course.Step(
        course,
        new Action.Send(
            backend,
            course.connection().flatMap(it -> it.binding().backendSessionId()),
            Duration.ZERO));
  }

  /** Takes a connection that was found once for one that is there. */
  private static final class Remembering implements Decisions {
    private final Map<String, Connection> found = new HashMap<>();

    @Override
    public Course.Step next(Course course, Event event) {
      if (event instanceof Event.Looked(Lookup.Found(var connection))) {
        found.put(connection.session().name(), connection);
      }
      Optional<Connection> old = found.values().stream().findFirst();
      return event instanceof Event.Looked(Lookup.Unknown _) && old.isPresent()
          ? course.on(new Event.Looked(new Lookup.Found(old.get())))
          : course.on(event);
    }
  }

  /** Leaves each backend session that was begun as it is. */
  private static final class Keeping implements Decisions {
    @Override
    public boolean keepsSession(Rebinding written) {
      return true;
    }
  }

  /** Takes a write that was not answered for one that was not made. */
  private static final class Ending implements Decisions {
    @Override
    public boolean isOpen(Rebinding written) {
      return false;
    }
  }

  private static final class WrongAsker implements Decisions {
    @Override
    public Asker asker(Incarnation asker, Connection connection, Backend serving, Instant now) {
      return new Asker.Serving();
    }
  }

  private static final class WrongWork implements Decisions {
    @Override
    public List<Place> workingFor(Connection connection, Optional<Backend> serving, Instant now) {
      return serving
          .map(it -> List.of(new Place(it, connection.binding().backendSessionId())))
          .orElse(List.of());
    }
  }

  private static final class WrongBackend implements Decisions {
    @Override
    public ResumeDecision ofBackend(
        Incarnation from,
        Optional<String> requestId,
        String backendEventId,
        Optional<Incarnation> serving,
        Optional<Incarnation> draining) {
      return Decisions.super.ofBackend(
          serving.orElse(from), requestId, backendEventId, serving, draining);
    }
  }

  private static final class WrongReplay implements Decisions {
    private final int by;

    WrongReplay(int by) {
      this.by = by;
    }

    @Override
    public ResumeDecision ofBuffer(
        BufferedEventId id, Optional<ReplicaId> replica, ReplicaId own, boolean kept) {
      ResumeDecision right = Decisions.super.ofBuffer(id, replica, own, kept);
      return right instanceof ResumeDecision.Replay(var stream, var after) && after + by >= 0
          ? new ResumeDecision.Replay(stream, after + by)
          : right;
    }
  }

  private static final class AnybodysStreams implements Decisions {
    private final Set<String> connections = new HashSet<>();

    @Override
    public Optional<BufferedStream> kept(StreamBuffers buffers, long number, String connection) {
      connections.add(connection);
      return connections.stream().flatMap(it -> buffers.find(number, it).stream()).findFirst();
    }
  }

  private static final class EndlessDrain implements Decisions {
    @Override
    public boolean isOver(DrainEnd drain, Instant now) {
      return false;
    }
  }

  private static final class Forgetting implements Decisions {
    @Override
    public List<Preference> news(Preferences now, Preferences told) {
      return List.of();
    }
  }

  private static final class Staying implements Decisions {
    @Override
    public StandingDecision standing(
        OptionalInt serving, OptionalInt feeding, OptionalInt without, OptionalInt endedWell) {
      return StandingDecision.STAY;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void breaksItsRule(String name, Rule rule, Supplier<Decisions> mistake) {
    assertThat(
            LongStream.rangeClosed(1, 1_500)
                .anyMatch(
                    seed ->
                        new GatewaySimulation(seed, mistake.get())
                            .run().stream().anyMatch(it -> it.rule() == rule)))
        .as("%s is seen", rule)
        .isTrue();
  }
}
