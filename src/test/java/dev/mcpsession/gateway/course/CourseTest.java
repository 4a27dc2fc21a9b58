package dev.mcpsession.gateway.course;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.course.Action.Abandon;
import dev.mcpsession.gateway.course.Action.BindAnew;
import dev.mcpsession.gateway.course.Action.Demand;
import dev.mcpsession.gateway.course.Action.Drop;
import dev.mcpsession.gateway.course.Action.End;
import dev.mcpsession.gateway.course.Action.Ended;
import dev.mcpsession.gateway.course.Action.Enter;
import dev.mcpsession.gateway.course.Action.Find;
import dev.mcpsession.gateway.course.Action.Nothing;
import dev.mcpsession.gateway.course.Action.Pass;
import dev.mcpsession.gateway.course.Action.ReadInitialize;
import dev.mcpsession.gateway.course.Action.Refuse;
import dev.mcpsession.gateway.course.Action.Send;
import dev.mcpsession.gateway.course.Action.SignInAgain;
import dev.mcpsession.gateway.course.Action.Store;
import dev.mcpsession.gateway.course.Action.TakeStream;
import dev.mcpsession.gateway.course.Action.TellUse;
import dev.mcpsession.gateway.course.Course.Kind;
import dev.mcpsession.gateway.course.Event.Answered;
import dev.mcpsession.gateway.course.Event.BoundAnew;
import dev.mcpsession.gateway.course.Event.BrokenOff;
import dev.mcpsession.gateway.course.Event.Demanded;
import dev.mcpsession.gateway.course.Event.Entered;
import dev.mcpsession.gateway.course.Event.Failed;
import dev.mcpsession.gateway.course.Event.IdEnded;
import dev.mcpsession.gateway.course.Event.Initialized;
import dev.mcpsession.gateway.course.Event.Looked;
import dev.mcpsession.gateway.course.Event.Stored;
import dev.mcpsession.gateway.course.Event.StreamTaken;
import dev.mcpsession.gateway.course.Event.UseTold;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Reply;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.Connections.Rebinding;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.session.Preferences;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CourseTest {
  private static final SessionKey SESSION = new SessionKey("team", "s", "uid");

  private Course course = Course.begin(Kind.TO_USER).course();
  private Action action = new Nothing();

  private static Backend backend(int revision) {
    return new Backend(
        SESSION,
        revision,
        URI.create("http://10.0.0." + revision + "/mcp"),
        Instant.EPOCH,
        Duration.ofMinutes(2),
        Duration.ZERO);
  }

  private static Connection connection(int revision, String backendSessionId) {
    return new Connection(
        "c-1",
        "c-uid",
        new McpResource("team", "forgejo"),
        SESSION,
        "owner",
        "2025-11-25",
        JsonNodeFactory.instance.objectNode(),
        new Binding(revision, Optional.of(backendSessionId), Optional.empty()),
        Optional.empty(),
        Preferences.NONE,
        "1");
  }

  private CourseTest begin(Kind kind) {
    return take(Course.begin(kind));
  }

  private CourseTest on(Event... events) {
    for (Event event : events) {
      take(course.on(event));
    }
    return this;
  }

  private CourseTest take(Course.Step step) {
    course = step.course();
    action = step.action();
    return this;
  }

  private CourseTest clientLeaves() {
    course = course.left();
    return this;
  }

  /** With a connection that is bound to this revision, while that one serves. */
  private CourseTest led(int bound, int serving) {
    return begin(Kind.TO_CONNECTION)
        .on(
            new Looked(new Lookup.Found(connection(bound, "b" + bound))),
            new Entered(false),
            served(serving),
            new UseTold(true));
  }

  private static Event served(int revision) {
    return new Demanded(new Served(backend(revision)));
  }

  private static Event bound(int revision) {
    return new BoundAnew(new BindingResult.Bound(connection(revision, "b" + revision)));
  }

  private void does(Action expected) {
    assertThat(action).isEqualTo(expected);
  }

  private void refuses(int status) {
    assertThat(action)
        .isInstanceOfSatisfying(
            Refuse.class, it -> assertThat(it.refusal().status()).isEqualTo(status));
  }

  private static Demand demand() {
    return new Demand(Optional.empty(), Duration.ZERO);
  }

  private static Demand demandAfter(int revision, Duration pause) {
    return new Demand(Optional.of(backend(revision)), pause);
  }

  private static Send send(int revision, Duration pause) {
    return new Send(backend(revision), Optional.of("b" + revision), pause);
  }

  private static Send send(int revision) {
    return send(revision, Duration.ZERO);
  }

  @Test
  void aRequestWithoutAnIdGoesToItsUsersBackend() {
    begin(Kind.TO_USER).does(demand());
    on(served(1)).does(new TellUse(backend(1)));
    on(new UseTold(true)).does(new Send(backend(1), Optional.empty(), Duration.ZERO));
    on(new Answered(404)).does(new Pass(backend(1), false));
  }

  @Test
  void aRequestWithAnIdGoesToTheBackendSessionOfItsConnection() {
    Connection connection = connection(1, "b1");
    begin(Kind.TO_CONNECTION).does(new Find());
    on(new Looked(new Lookup.Found(connection))).does(new Enter(connection));
    on(new Entered(false)).does(demand());
    on(served(1)).does(new TellUse(backend(1)));
    on(new UseTold(true)).does(send(1));
    on(new Answered(200)).does(new Pass(backend(1), false));
  }

  @Test
  void anIdThatIsNotFoundIsToldWhy() {
    begin(Kind.TO_CONNECTION).on(new Looked(new Lookup.Unknown())).refuses(404);
    begin(Kind.TO_CONNECTION).on(new Looked(new Lookup.ApiAway())).refuses(503);
    begin(Kind.END).on(new Looked(new Lookup.SignInAgain()));
    assertThat(action).isInstanceOf(SignInAgain.class);
  }

  @Test
  void useThatComesTooLateDemandsTheSessionAgainButNotForEver() {
    begin(Kind.TO_USER).on(served(1), new UseTold(false)).does(demandAfter(1, Duration.ZERO));
    on(served(1), new UseTold(false)).does(demandAfter(1, Duration.ZERO));
    on(served(1), new UseTold(false)).refuses(503);
  }

  @Test
  void anotherBackendThatServesIsBoundFirst() {
    led(1, 2).does(new BindAnew(connection(1, "b1"), backend(2)));
    on(bound(2)).does(send(2));
  }

  @Test
  void aConnectionOfAnEndedSessionIsUnknown() {
    Connection other =
        new Connection(
            "c-1",
            "c-uid",
            new McpResource("team", "forgejo"),
            new SessionKey("team", "s", "before"),
            "owner",
            "2025-11-25",
            JsonNodeFactory.instance.objectNode(),
            new Binding(1, Optional.of("b1"), Optional.empty()),
            Optional.empty(),
            Preferences.NONE,
            "1");
    begin(Kind.TO_CONNECTION)
        .on(new Looked(new Lookup.Found(other)), new Entered(false), served(1), new UseTold(true))
        .does(demandAfter(1, Duration.ZERO)); // the cache may be behind
    on(served(1), new UseTold(true)).refuses(404);
    led(1, 2).on(new BoundAnew(new BindingResult.Ended())).refuses(404);
  }

  @Test
  void aCacheThatIsBehindIsReadLive() {
    led(2, 1).does(demandAfter(1, Duration.ZERO));
    on(served(2), new UseTold(true)).does(send(2));
  }

  @Test
  void aConnectionThatLeadsElsewhereAgainAndAgainIsGivenUp() {
    led(2, 1).on(served(1), new UseTold(true), served(1), new UseTold(true));
    on(served(1), new UseTold(true)).refuses(503);
    led(1, 2).on(bound(1), bound(1), bound(1)).refuses(503);
  }

  @Test
  void aRequestThatWasNotSentIsTriedAgainAndOneThatWasIsNot() {
    led(1, 1).on(new Failed(false)).does(demandAfter(1, Duration.ZERO));
    on(served(2), new UseTold(true), bound(2)).does(send(2));
    on(new Failed(false)).does(demandAfter(2, Duration.ofMillis(300)));
    on(served(2), new UseTold(true), new Failed(false)).does(demandAfter(2, Duration.ofSeconds(1)));
    on(served(2), new UseTold(true), new Failed(false)).refuses(503);
    led(1, 1).on(new Failed(true)).refuses(502);
  }

  @Test
  void aBackendThatTakesNoHandshakeIsLikeOneThatTakesNoRequest() {
    led(1, 2).on(new BoundAnew(BindingResult.notBegun(false))).does(demandAfter(2, Duration.ZERO));
    on(served(3), new UseTold(true)).does(new BindAnew(connection(1, "b1"), backend(3)));
    on(new BoundAnew(BindingResult.notBegun(true))).refuses(503);
  }

  @Test
  void aBackendThatHasForgottenItsSessionIsBoundAnewTwice() {
    led(1, 1).on(new Answered(404)).does(new Find());
    on(new Looked(new Lookup.Found(connection(1, "b1"))))
        .does(new BindAnew(connection(1, "b1"), backend(1)));
    on(new BoundAnew(new BindingResult.Bound(connection(1, "again"))))
        .does(new Send(backend(1), Optional.of("again"), Duration.ZERO));
    on(new Answered(404), new Looked(new Lookup.Found(connection(1, "again"))))
        .does(new BindAnew(connection(1, "again"), backend(1)));
    on(new BoundAnew(new BindingResult.Bound(connection(1, "anew"))))
        .does(new Send(backend(1), Optional.of("anew"), Duration.ZERO));
    on(new Answered(404)).does(new Pass(backend(1), false));
  }

  @Test
  void whoeverIsSecondToSeeItForgottenTakesTheNewBinding() {
    led(1, 1)
        .on(new Answered(404), new Looked(new Lookup.Found(connection(1, "again"))))
        .does(new Send(backend(1), Optional.of("again"), Duration.ZERO));
    led(1, 1).on(new Answered(404), new Looked(new Lookup.Unknown())).refuses(404);
  }

  @Test
  void aStreamThatTakesThePlaceOfAnotherWaitsUntilTheBackendHasNoticed() {
    begin(Kind.GET_STREAM)
        .on(
            new Looked(new Lookup.Found(connection(1, "b1"))),
            new Entered(true),
            served(1),
            new UseTold(true));
    for (int i = 0; i < 10; i++) {
      on(new Answered(409)).does(send(1, Duration.ofMillis(200)));
    }
    on(new Answered(409)).does(new TakeStream(connection(1, "b1"))); // it was not ours alone
  }

  /** A GET stream of which the backend says that another one is open. */
  private CourseTest getStreamRefused() {
    return begin(Kind.GET_STREAM)
        .on(
            new Looked(new Lookup.Found(connection(1, "b1"))),
            new Entered(false),
            served(1),
            new UseTold(true),
            new Answered(409));
  }

  @Test
  void aStreamThatIsOpenAtAnotherReplicaIsTakenFromIt() {
    getStreamRefused().does(new TakeStream(connection(1, "b1")));
    on(new StreamTaken(true)).does(demand());
    on(served(1), new UseTold(true)).does(send(1));
    for (int i = 0; i < 10; i++) {
      on(new Answered(409)).does(send(1, Duration.ofMillis(200)));
    }
    on(new Answered(409)).does(new Pass(backend(1), false)); // and not taken once more
  }

  @Test
  void aStreamThatCannotBeTakenIsTriedOnceMore() {
    getStreamRefused().on(new StreamTaken(false)).does(demand());
    on(served(1), new UseTold(true)).does(send(1));
    on(new Answered(200)).does(new Pass(backend(1), false));
  }

  @Test
  void whoCannotTakeAStreamIsToldSoByTheGatewayAndNotByTheBackend() {
    getStreamRefused().on(new StreamTaken(false), served(1), new UseTold(true));
    on(new Answered(409)).refuses(503);
  }

  @Test
  void aStreamThatMovesMeanwhileIsStillTaken() {
    getStreamRefused().on(new StreamTaken(true), served(2), new UseTold(true));
    does(new BindAnew(connection(1, "b1"), backend(2)));
    on(bound(2)).does(send(2));
    on(new Answered(409)).does(send(2, Duration.ofMillis(200)));
    on(new Answered(200)).does(new Pass(backend(2), false));
  }

  @Test
  void onlyAGetStreamTakesTheStreamOfAnother() {
    led(1, 1).on(new Answered(409)).does(new Pass(backend(1), false));
    begin(Kind.GET_STREAM)
        .on(
            new Looked(new Lookup.Found(connection(1, "b1"))),
            new Entered(false),
            served(1),
            new UseTold(true))
        .clientLeaves()
        .on(new Answered(409))
        .does(new Drop());
    getStreamRefused().clientLeaves().on(new StreamTaken(true)).does(new Nothing());
  }

  /** What a client answers, while this revision serves. */
  private CourseTest replies(Reply reply, int bound, int serving) {
    return take(Course.begin(Kind.TO_CONNECTION, reply))
        .on(
            new Looked(new Lookup.Found(connection(bound, "b" + bound))),
            new Entered(false),
            served(serving),
            new UseTold(true));
  }

  private static Event draining(int revision) {
    return new Event.AskerFound(
        new Asker.Draining(new Place(backend(revision), Optional.of("b" + revision))));
  }

  @Test
  void anAnswerGoesToTheBackendThatAsked() {
    Reply.ToAsker answer = new Reply.ToAsker(Incarnation.first(2), true, false);

    replies(answer, 2, 2)
        .does(new Action.FindAsker(Incarnation.first(2), connection(2, "b2"), backend(2)));
    on(new Event.AskerFound(new Asker.Serving()))
        .does(new Send(backend(2), Optional.of("b2"), Duration.ZERO));
    replies(answer, 3, 3).on(draining(2));
    does(new Send(backend(2), Optional.of("b2"), Duration.ZERO));
    on(new Answered(202)).does(new Pass(backend(3), false));
  }

  @Test
  void anAnswerThatNobodyWaitsForIsRefused() {
    Reply.ToAsker answer = new Reply.ToAsker(Incarnation.first(2), true, false);

    replies(answer, 3, 3).on(new Event.AskerFound(new Asker.Gone())).refuses(400);
    replies(answer, 3, 3).on(draining(2), new Failed(false)).refuses(400);
    replies(answer, 3, 3).on(draining(2), new Answered(404)).refuses(400);
    replies(answer, 3, 3).on(draining(2), new Failed(true)).refuses(502);
    replies(answer, 2, 2).on(new Event.AskerFound(new Asker.Serving()), new Answered(404));
    refuses(400);
    replies(new Reply.ToAsker(Incarnation.first(2), true, true), 3, 3).on(draining(2)).refuses(400);
    take(Course.begin(Kind.TO_CONNECTION, new Reply.ToNobody()))
        .on(new Looked(new Lookup.Found(connection(2, "b2"))))
        .refuses(400);
    replies(new Reply.ToAsker(Incarnation.first(2), false, false), 3, 3)
        .on(new Event.AskerFound(new Asker.Gone()));
    does(new Action.Accept());
  }

  @Test
  void anAnswerForTheNextSessionOfABackendBindsAnewIfThisOneIsForgotten() {
    Reply.ToAsker answer = new Reply.ToAsker(new Incarnation(2, 1), true, false);

    replies(answer, 2, 2).on(new Event.AskerFound(new Asker.Serving()), new Answered(404));
    does(new Action.Find());
    on(new Looked(new Lookup.Found(connection(2, "b2"))));
    does(new BindAnew(connection(2, "b2"), backend(2)));
    on(new BoundAnew(new BindingResult.Bound(connection(2, "b3"))));
    on(new Event.AskerFound(new Asker.Serving()), new Answered(404)).refuses(400);
  }

  @Test
  void anAskerThatThisReplicaDoesNotKnowYetIsReadLiveButNotForEver() {
    replies(new Reply.ToAsker(Incarnation.first(9), true, false), 2, 2);
    for (int i = 0; i < 3; i++) {
      on(new Event.AskerFound(new Asker.Later()))
          .does(new Demand(Optional.of(backend(2)), Duration.ZERO));
      on(served(2), new UseTold(true));
    }
    on(new Event.AskerFound(new Asker.Later())).refuses(400);
  }

  @Test
  void aCancellationWakesNoSession() {
    take(Course.begin(Kind.TO_CONNECTION, new Reply.Cancellation("7")))
        .on(new Looked(new Lookup.Found(connection(2, "b2"))))
        .does(new Action.Cancel(connection(2, "b2"), "7"));
  }

  @Test
  void anIdIsStoredBeforeTheClientHearsOfIt() {
    initializeAnswered().does(new ReadInitialize());
    on(new Initialized(Optional.of("2025-11-25"))).does(new Store(backend(1), "2025-11-25"));
    on(new Stored(new Creation.Created(connection(1, "b1")))).does(new Pass(backend(1), true));
    initializeAnswered().on(new Initialized(Optional.empty())).does(new Pass(backend(1), false));
    initializeAnswered().on(new BrokenOff()).refuses(502);
  }

  @Test
  void aBackendSessionWhoseIdIsNotStoredIsEnded() {
    abandons(new Creation.TooMany(), 429);
    abandons(new Creation.Refused("too long"), 400);
    abandons(new Creation.Failed("quota", false), 503);
  }

  private void abandons(Creation creation, int status) {
    initializeAnswered().on(new Initialized(Optional.of("2025-11-25")), new Stored(creation));
    assertThat(action)
        .isInstanceOfSatisfying(
            Abandon.class, it -> assertThat(it.refusal().orElseThrow().status()).isEqualTo(status));
  }

  private CourseTest initializeAnswered() {
    return begin(Kind.INITIALIZE).on(served(1), new UseTold(true), new Answered(200));
  }

  @Test
  void nothingIsDoneForAClientThatHasLeftButWhatMustNotStay() {
    led(1, 1).clientLeaves().on(new Failed(false)).does(new Nothing());
    led(1, 1).clientLeaves().on(new Answered(404)).does(new Drop());
    led(1, 2).clientLeaves().on(bound(2)).does(new Nothing());
    begin(Kind.INITIALIZE)
        .on(served(1), new UseTold(true))
        .clientLeaves()
        .on(new Answered(200))
        .does(new Abandon(backend(1), Optional.empty()));
    initializeAnswered()
        .clientLeaves()
        .on(new Initialized(Optional.of("2025-11-25")))
        .does(new Abandon(backend(1), Optional.empty()));
    initializeAnswered()
        .on(new Initialized(Optional.of("2025-11-25")))
        .clientLeaves()
        .on(new Stored(new Creation.TooMany()))
        .does(new Abandon(backend(1), Optional.empty()));
  }

  @Test
  void anIdEndsBeforeItsBackendSession() {
    Connection connection = connection(1, "b1");
    begin(Kind.END).does(new Find());
    on(new Looked(new Lookup.Found(connection))).does(new End(connection));
    clientLeaves().on(new IdEnded(new Ending.Ended())).does(new Ended(connection));
    begin(Kind.END)
        .on(
            new Looked(new Lookup.Found(connection)),
            new IdEnded(new Ending.Failed("no", true, Optional.empty())))
        .refuses(503);
  }

  @Test
  void onlyABackendSessionThatWasWrittenStays() {
    Connection connection = connection(2, "b2");
    assertThat(BindingResult.keepsSession(new Rebinding.Moved(connection))).isTrue();
    assertThat(BindingResult.keepsSession(new Rebinding.Lost(connection))).isFalse();
    assertThat(BindingResult.keepsSession(new Rebinding.Gone())).isFalse();
    assertThat(BindingResult.keepsSession(new Rebinding.Failed("no", false))).isFalse();
    assertThat(BindingResult.isOpen(new Rebinding.Failed("no", true))).isTrue();
    assertThat(BindingResult.isOpen(new Rebinding.Failed("no", false))).isFalse();
    assertThat(BindingResult.of(new Rebinding.Lost(connection)))
        .isEqualTo(new BindingResult.Bound(connection));
    assertThat(BindingResult.of(new Rebinding.Gone())).isEqualTo(new BindingResult.Ended());
  }
}
