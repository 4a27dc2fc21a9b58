package dev.mcpsession.gateway.connection;

import static dev.mcpsession.gateway.connection.Replica.initialize;
import static dev.mcpsession.gateway.connection.Replica.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Reason;
import dev.mcpsession.gateway.connection.Replica.Time;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Lookup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of ids when their session ends. */
class SessionEndTest {
  private final Time time = new Time();
  private final ModelConnectionApi api = new ModelConnectionApi(() -> time.now);
  private final Replica here = new Replica(api, time);
  private final Replica there = new Replica(api, time);
  private final McpSession session = Replica.session("session-1");
  private final McpSession successor = Replica.session("session-2");

  @BeforeEach
  void aSessionThatBothKnow() {
    exists(session);
    here.sessions.show(session);
    there.sessions.show(session);
  }

  @Test
  void anIdOfASessionThatEndedIsUnknownThoughItsObjectIsStillThere() {
    String id = here.create(session);
    there.watch();
    gone(session);
    assertThat(there.find(id)).isInstanceOf(Lookup.Found.class);
    there.sessions.showGone(session);
    assertThat(there.requests(() -> there.find(id))).isZero();
    assertThat(there.find(id)).isEqualTo(new Lookup.Unknown());
    assertThat(api.all()).hasSize(1);
  }

  @Test
  void itsSuccessorBringsItNotBack() {
    String id = here.create(session);
    gone(session);
    exists(successor);
    here.sessions.show(successor); // as one change, after a broken watch
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
    there.sessions.show(successor);
    there.watch();
    assertThat(there.find(id)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void anIdOfASessionThatIsBeingDeletedIsUnknown() {
    String id = here.create(session);
    here.sessions.show(ending(session));
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aReplicaThatNeverSawTheSessionReadsItBeforeItBelievesInTheId() {
    String id = here.create(session);
    gone(session);
    exists(successor);
    Replica started = new Replica(api, time);
    started.watch();
    started.sessions.show(successor);
    assertThat(started.requests(() -> started.find(id))).isEqualTo(1);
    assertThat(started.find(id)).isEqualTo(new Lookup.Unknown());
    assertThat(started.requests(() -> started.find(id))).isZero();
  }

  @Test
  void aSessionThatTheCacheDoesNotShowYetIsReadOnceInFiveSeconds() {
    String id = here.create(session);
    Replica started = new Replica(api, time);
    started.watch();
    assertThat(started.requests(() -> started.find(id))).isEqualTo(1);
    assertThat(started.requests(() -> started.found(id))).isZero();
    time.move(Duration.ofSeconds(5));
    assertThat(started.requests(() -> started.find(id))).isEqualTo(1);
    started.sessions.show(session);
    time.move(Duration.ofSeconds(5));
    assertThat(started.requests(() -> started.found(id))).isZero();
  }

  @Test
  void afterARejectedGrantTheUserIsToSignInAgainUntilThereIsAnotherSession() {
    String id = here.create(session);
    there.watch();
    gone(session);
    here.sessions.showGone(rejected(session));
    there.sessions.showGone(rejected(session));
    assertThat(here.find(id)).isEqualTo(new Lookup.SignInAgain());
    assertThat(there.find(id)).isEqualTo(new Lookup.SignInAgain());
    exists(successor);
    here.sessions.show(successor);
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void soItIsIfTheObjectWentFirstOrTheSessionIsStillBeingDeleted() {
    String id = here.create(session);
    here.watch();
    api.delete("team", SessionIds.connectionName(id), here.found(id).uid());
    here.watch();
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
    here.sessions.show(ending(rejected(session)));
    assertThat(here.find(id)).isEqualTo(new Lookup.SignInAgain());
  }

  @Test
  void noIdIsMadeForASessionThatHasEnded() {
    here.sessions.showGone(session);
    String id = here.store.newId(Replica.FORGEJO, Replica.ALICE);
    assertThat(now(here.creation(id, session, initialize())))
        .isInstanceOfSatisfying(
            Creation.Failed.class, failed -> assertThat(failed.message()).contains("ended"));
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
  }

  private void exists(McpSession some) {
    api.sessions.put("team/" + some.getMetadata().getName(), some);
  }

  private void gone(McpSession some) {
    api.sessions.remove("team/" + some.getMetadata().getName());
  }

  private static McpSession ending(McpSession some) {
    McpSession ending = Replica.session(some.getMetadata().getUid());
    ending.getMetadata().setDeletionTimestamp("2026-11-27T12:00:00Z");
    ending.setStatus(some.getStatus());
    return ending;
  }

  private static McpSession rejected(McpSession some) {
    McpSession rejected = Replica.session(some.getMetadata().getUid());
    rejected.setStatus(
        new McpSessionStatus(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(
                new Condition(
                    ConditionType.TokenValid.name(),
                    Condition.FALSE,
                    1L,
                    java.time.Instant.EPOCH,
                    Reason.GrantRejected.name(),
                    "the issuer rejected the grant"))));
    return rejected;
  }
}
