package dev.mcpsession.gateway.connection;

import static dev.mcpsession.gateway.connection.Replica.ALICE;
import static dev.mcpsession.gateway.connection.Replica.FORGEJO;
import static dev.mcpsession.gateway.connection.Replica.binding;
import static dev.mcpsession.gateway.connection.Replica.initialize;
import static dev.mcpsession.gateway.connection.Replica.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.gateway.connection.Replica.Time;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.Connections.Rebinding;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas on one API server. */
class ConnectionStoreTest {
  private final Time time = new Time();
  private final ModelConnectionApi api = new ModelConnectionApi(() -> time.now);
  private final Replica here = new Replica(api, time);
  private final Replica there = new Replica(api, time);
  private final McpSession session = Replica.session("session-1");

  @BeforeEach
  void aSessionThatBothKnow() {
    api.sessions.put("team/" + session.getMetadata().getName(), session);
    here.sessions.show(session);
    there.sessions.show(session);
  }

  @Test
  void whoMadeItFindsItWithoutARequest() {
    String id = here.create(session);
    assertThat(here.requests(() -> here.found(id))).isZero();
  }

  @Test
  void theOtherReplicaFindsItByOneReadAndThenWithoutARequest() {
    String id = here.create(session);
    assertThat(there.requests(() -> there.find(id))).isEqualTo(1);
    assertThat(there.requests(() -> there.found(id))).isZero();
    Connection found = there.found(id);
    assertThat(found).isEqualTo(here.found(id));
    assertThat(found.binding()).isEqualTo(binding(1, "backend-secret-1"));
    assertThat(found.initialize()).isEqualTo(initialize());
  }

  @Test
  void theOtherReplicaFindsItWithoutARequestOnceItsInformerShowsIt() {
    String id = here.create(session);
    there.watch();
    assertThat(there.requests(() -> there.found(id))).isZero();
  }

  @Test
  void forgedIdsAndThoseOfOthersCostNoRequest() {
    String id = here.create(session);
    SecureRandom random = new SecureRandom();
    byte[] bytes = new byte[40];
    int before = api.requests.size();
    for (int i = 0; i < 10_000; i++) {
      random.nextBytes(bytes);
      String forged = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      assertThat(here.find(forged)).isEqualTo(new Lookup.Unknown());
    }
    assertThat(now(there.store.find(id, FORGEJO, Replica.user("bob"))))
        .isEqualTo(new Lookup.Unknown());
    for (McpResource other :
        List.of(new McpResource("team", "gitea"), new McpResource("team2", "forgejo"))) {
      assertThat(now(there.store.find(id, other, ALICE))).isEqualTo(new Lookup.Unknown());
    }
    assertThat(api.requests).hasSize(before);
  }

  @Test
  void allWhoAskAtOnceShareOneRead() {
    String id = here.create(session);
    there.holds = true;
    List<CompletionStage<Lookup>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(there.store.find(id, FORGEJO, ALICE));
    }
    assertThat(there.held).hasSize(1);
    there.send();
    assertThat(asked).allSatisfy(it -> assertThat(now(it)).isInstanceOf(Lookup.Found.class));
  }

  @Test
  void thatThereIsNoneHoldsForHalfASecondOrUntilTheInformerShowsIt() {
    String id = there.store.newId(FORGEJO, ALICE);
    assertThat(here.requests(() -> here.find(id))).isEqualTo(1);
    assertThat(here.requests(() -> here.find(id))).isZero();
    time.move(Duration.ofMillis(500));
    assertThat(here.requests(() -> here.find(id))).isEqualTo(1);
    now(there.creation(id, session, initialize()));
    here.watch();
    here.found(id);
  }

  @Test
  void anEndedIdIsUnknownHereAtOnceAndThereAsSoonAsItHearsOfIt() {
    String id = here.create(session);
    there.watch();
    Connection connection = here.found(id);
    assertThat(now(here.store.end(connection))).isEqualTo(new Ending.Ended());
    assertThat(here.requests(() -> here.find(id))).isZero();
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
    there.watch();
    assertThat(there.requests(() -> there.find(id))).isZero();
    assertThat(there.find(id)).isEqualTo(new Lookup.Unknown());
    assertThat(now(there.store.end(connection))).isEqualTo(new Ending.Ended());
  }

  @Test
  void whatArrivesLateBringsNoEndedIdBack() {
    String id = here.create(session);
    now(here.store.rebind(here.found(id), binding(2, null)));
    now(here.store.end(here.found(id)));
    here.watch(); // made, changed, and deleted
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
    api.changes.stream()
        .filter(change -> change.now() != null)
        .forEach(change -> here.store.shown(null, change.now()));
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void anAnswerThatArrivesAfterTheEndBringsNoIdBack() {
    String id = here.create(session);
    Connection connection = here.found(id);
    McpConnection old = api.all().getFirst();
    here.watch();
    now(there.store.end(connection));
    here.watch();
    here.store.shown(old, old);
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void ofTwoThatBindAnewOneWinsAndTheOtherLearnsItsBinding() {
    String id = here.create(session);
    Connection seenHere = here.found(id);
    Connection seenThere = there.found(id);
    Binding one = binding(2, "backend-secret-2");
    Binding other = binding(2, "backend-secret-3");
    assertThat(now(here.store.rebind(seenHere, one)))
        .isInstanceOfSatisfying(
            Rebinding.Moved.class,
            moved -> {
              assertThat(moved.connection().binding()).isEqualTo(one);
              assertThat(moved.connection().previous()).contains(seenHere.binding());
            });
    assertThat(now(there.store.rebind(seenThere, other)))
        .isInstanceOfSatisfying(
            Rebinding.Lost.class, lost -> assertThat(lost.winner().binding()).isEqualTo(one));
    assertThat(there.requests(() -> there.found(id))).isZero();
    assertThat(there.found(id).binding()).isEqualTo(one);
    assertThat(here.found(id).binding()).isEqualTo(one);
  }

  @Test
  void soItIsIfNeitherBackendKeepsSessions() {
    String id = here.create(session);
    now(here.store.rebind(here.found(id), binding(2, null)));
    Connection seen = there.found(id);
    now(here.store.rebind(seen, binding(3, null)));
    assertThat(now(there.store.rebind(seen, binding(4, null))))
        .isInstanceOfSatisfying(
            Rebinding.Lost.class,
            lost -> assertThat(lost.winner().binding().revision()).isEqualTo(3));
  }

  @Test
  void aBackendThatForgotItsSessionGivesAnotherOneAndThePreviousBindingStays() {
    String id = here.create(session);
    now(here.store.rebind(here.found(id), binding(2, "second")));
    now(here.store.rebind(here.found(id), binding(2, "third")));
    assertThat(here.found(id).binding()).isEqualTo(binding(2, "third"));
    assertThat(here.found(id).previous()).map(Binding::revision).contains(1);
    now(here.store.rebind(here.found(id), binding(3, null)));
    assertThat(here.found(id).binding()).isEqualTo(binding(3, null));
    now(here.store.rebind(here.found(id), binding(4, "fifth")));
    assertThat(there.found(id).previous()).contains(binding(3, null));
  }

  @Test
  void whatEndedCannotBeBoundAnew() {
    String id = here.create(session);
    Connection seen = there.found(id);
    now(here.store.end(here.found(id)));
    assertThat(now(there.store.rebind(seen, binding(2, null)))).isEqualTo(new Rebinding.Gone());
    assertThat(there.find(id)).isEqualTo(new Lookup.Unknown());
    assertThat(api.all()).isEmpty();
  }

  @Test
  void aBindingWhoseAnswerWasLostHolds() {
    String id = here.create(session);
    api.losesAnswer = () -> {};
    assertThat(now(here.store.rebind(here.found(id), binding(2, "second"))))
        .isInstanceOf(Rebinding.Moved.class);
    assertThat(here.found(id).binding().revision()).isEqualTo(2);
  }

  @Test
  void withoutTheApiServerKnownIdsGoOnAndOthersAreNotJudged() {
    String id = here.create(session);
    Connection known = here.found(id);
    api.away = true;
    assertThat(here.find(id)).isInstanceOf(Lookup.Found.class);
    assertThat(there.find(id)).isEqualTo(new Lookup.ApiAway());
    assertThat(now(here.store.rebind(known, binding(2, null))))
        .isInstanceOfSatisfying(
            Rebinding.Failed.class, failed -> assertThat(failed.apiAway()).isTrue());
    assertThat(now(here.store.end(known)))
        .isInstanceOfSatisfying(
            Ending.Failed.class, failed -> assertThat(failed.apiAway()).isTrue());
    assertThat(now(here.creation(here.store.newId(FORGEJO, ALICE), session, initialize())))
        .isInstanceOfSatisfying(
            Creation.Failed.class, failed -> assertThat(failed.apiAway()).isTrue());
    there.apiSilent = true;
    assertThat(there.requests(() -> there.find(id))).isZero();
  }

  @Test
  void whatTheInformerDoesNotShowIsReadAgainAfterThirtySeconds() {
    String id = here.create(session);
    here.missAll();
    time.move(Duration.ofSeconds(29));
    assertThat(here.requests(() -> here.found(id))).isZero();
    now(there.store.end(there.found(id)));
    here.missAll();
    time.move(Duration.ofSeconds(1));
    api.away = true;
    assertThat(here.find(id)).isInstanceOf(Lookup.Found.class);
    api.away = false;
    assertThat(here.find(id)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void whatAnotherMadeUnderTheNameIsNotTheUsers() {
    String id = here.create(session);
    McpConnection foreign = api.all().getFirst();
    here.store.end(here.found(id));
    McpConnection made =
        ConnectionObjects.create(
            foreign.getMetadata().getName(),
            FORGEJO,
            here.found(here.create(session)).session(),
            "0".repeat(64),
            "2025-11-25",
            "",
            initialize(),
            binding(1, null));
    api.create(made);
    assertThat(there.find(id)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aRefusalIsToldAsOne() {
    api.refusal = 403;
    assertThat(now(here.creation(here.store.newId(FORGEJO, ALICE), session, initialize())))
        .isInstanceOfSatisfying(
            Creation.Failed.class,
            failed -> {
              assertThat(failed.apiAway()).isFalse();
              assertThat(failed.message())
                  .matches("Could not create McpConnection team/c-[0-9a-f]{40}: refused");
            });
  }
}
