package dev.mcpsession.gateway.resume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.resume.ResumeDecision.AskBackend;
import dev.mcpsession.gateway.resume.ResumeDecision.Forward;
import dev.mcpsession.gateway.resume.ResumeDecision.Live;
import dev.mcpsession.gateway.resume.ResumeDecision.Lost;
import dev.mcpsession.gateway.resume.ResumeDecision.Replay;
import dev.mcpsession.gateway.route.Incarnation;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the rest of a stream comes from. */
class ResumeDecisionTest {
  private static final ReplicaId OWN = new ReplicaId("10.0.0.1", 8080, "a");
  private static final ReplicaId OTHER = new ReplicaId("10.0.0.2", 8080, "b");
  private static final ReplicaId BEFORE = new ReplicaId("10.0.0.1", 8080, "c");

  private static Optional<Incarnation> none() {
    return Optional.empty();
  }

  private static Optional<Incarnation> of(int revision) {
    return Optional.of(Incarnation.first(revision));
  }

  /** After its container was started again. */
  private static Optional<Incarnation> again(int revision) {
    return Optional.of(new Incarnation(revision, 1));
  }

  static Stream<Arguments> ofBackend() {
    return Stream.of(
        Arguments.of("7", of(3), none(), new AskBackend(Incarnation.first(3), "e")),
        Arguments.of("7", of(3), of(2), new AskBackend(Incarnation.first(3), "e")),
        Arguments.of("7", of(4), of(3), new AskBackend(Incarnation.first(3), "e")),
        Arguments.of("7", none(), of(3), new AskBackend(Incarnation.first(3), "e")),
        Arguments.of("7", of(4), none(), new Lost("7")),
        Arguments.of("7", of(5), of(4), new Lost("7")),
        Arguments.of("7", of(2), none(), new Lost("7")),
        Arguments.of("7", none(), none(), new Lost("7")),
        Arguments.of("7", again(3), none(), new Lost("7")),
        Arguments.of("7", of(4), again(3), new Lost("7")),
        Arguments.of("", again(3), none(), new Live()),
        Arguments.of("", of(3), none(), new AskBackend(Incarnation.first(3), "e")),
        Arguments.of("", of(4), of(3), new Live()),
        Arguments.of("", of(4), none(), new Live()),
        Arguments.of("", none(), none(), new Live()));
  }

  @ParameterizedTest(name = "request \"{0}\", revision 3, {1} serves, {2} drains: {3}")
  @MethodSource("ofBackend")
  void anIdOfABackendLeadsToItWhileItKnowsTheSession(
      String request,
      Optional<Incarnation> serving,
      Optional<Incarnation> draining,
      ResumeDecision expected) {
    Optional<String> requestId = Optional.of(request).filter(it -> !it.isEmpty());

    assertThat(ResumeDecision.ofBackend(Incarnation.first(3), requestId, "e", serving, draining))
        .isEqualTo(expected);
  }

  static Stream<Arguments> ofBuffer() {
    Optional<ReplicaId> own = Optional.of(OWN);
    Optional<ReplicaId> other = Optional.of(OTHER);
    return Stream.of(
        Arguments.of("7", own, true, new Replay(5, 9)),
        Arguments.of("7", own, false, new Lost("7")),
        Arguments.of("7", other, false, new Forward(OTHER)),
        Arguments.of("7", Optional.of(BEFORE), false, new Lost("7")),
        Arguments.of("7", Optional.empty(), false, new Lost("7")),
        Arguments.of("7", other, true, new Forward(OTHER)), // a number that is given here as well
        Arguments.of("7", Optional.of(BEFORE), true, new Lost("7")),
        Arguments.of("7", Optional.empty(), true, new Lost("7")),
        Arguments.of("", own, true, new Replay(5, 9)),
        Arguments.of("", own, false, new Live()),
        Arguments.of("", other, false, new Forward(OTHER)),
        Arguments.of("", Optional.of(BEFORE), false, new Live()),
        Arguments.of("", Optional.empty(), false, new Live()));
  }

  @ParameterizedTest(name = "request \"{0}\" in {1}, kept here {2}: {3}")
  @MethodSource("ofBuffer")
  void anIdOfTheGatewayLeadsToTheReplicaThatKeepsTheStream(
      String request, Optional<ReplicaId> replica, boolean kept, ResumeDecision expected) {
    Optional<String> requestId = Optional.of(request).filter(it -> !it.isEmpty());
    BufferedEventId id = new BufferedEventId("sealed", 5, requestId, 9);

    assertThat(ResumeDecision.ofBuffer(id, replica, OWN, kept)).isEqualTo(expected);
  }
}
