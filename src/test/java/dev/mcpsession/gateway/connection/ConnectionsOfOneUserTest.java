package dev.mcpsession.gateway.connection;

import static dev.mcpsession.gateway.connection.Replica.FORGEJO;
import static dev.mcpsession.gateway.connection.Replica.binding;
import static dev.mcpsession.gateway.connection.Replica.initialize;
import static dev.mcpsession.gateway.connection.Replica.now;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.connection.Replica.Time;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Lookup;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many ids a user has, what is kept of them, and which one goes. */
class ConnectionsOfOneUserTest {
  private final Time time = new Time();
  private final ModelConnectionApi api = new ModelConnectionApi(() -> time.now);
  private final Replica here = new Replica(api, time);
  private final Replica there = new Replica(api, time);
  private final McpSession session = Replica.session("session-1");

  @BeforeEach
  void aSessionThatBothKnow() {
    McpSessionTemplate template =
        Serialization.unmarshal(
            """
            metadata: {namespace: team, name: forgejo}
            spec: {connectionsPerSession: 3, session: {podTemplate: {spec: {}}}}
            """,
            McpSessionTemplate.class);
    for (Replica replica : List.of(here, there)) {
      replica.sessions.template = template;
      replica.sessions.show(session);
    }
  }

  @Test
  void theLeastRecentlyUsedOneGoesForANewOne() {
    List<String> ids = create(3);
    time.move(Duration.ofSeconds(60));
    here.store.used(here.found(ids.get(0)));
    here.store.used(here.found(ids.get(2)));
    String fourth = here.create(session);
    assertThat(here.find(ids.get(1))).isEqualTo(new Lookup.Unknown());
    assertThat(List.of(ids.get(0), ids.get(2), fourth)).allSatisfy(here::found);
    assertThat(api.all()).hasSize(3);
  }

  @Test
  void fourTimesAsManyMayBeYoung() {
    create(12);
    assertThat(now(here.creation(here.store.newId(FORGEJO, Replica.ALICE), session, initialize())))
        .isEqualTo(new Creation.TooMany());
    assertThat(api.all()).hasSize(12);
    time.move(Duration.ofSeconds(60));
    here.create(session);
    assertThat(api.all()).hasSize(3);
  }

  /** A client that goes on for days, while others come and go through the other replica. */
  @Test
  void oneThatOnlyTheOtherReplicaSeesInUseIsNotTakenForUnused() {
    String used = there.create(session);
    List<String> ids = create(2);
    exchange();
    for (int i = 0; i < 20; i++) {
      time.move(Duration.ofSeconds(61));
      there.store.used(there.found(used));
      exchange();
      ids.add(here.create(session));
      exchange();
      there.found(used);
      here.found(used);
    }
    assertThat(api.all()).hasSize(3);
  }

  @Test
  void aUseBeforeThereWereTooManyIsToldWhenItBeginsToCount() {
    String used = there.create(session);
    here.create(session);
    exchange();
    time.move(Duration.ofHours(1));
    there.store.used(there.found(used));
    assertThat(lastUsed(used)).isNull();
    here.create(session);
    exchange();
    assertThat(lastUsed(used)).isEqualTo(time.now);
  }

  @Test
  void theLastUseIsWrittenAtMostEverySixHours() {
    String id = here.create(session);
    Instant made = time.now;
    Connection connection = here.found(id);
    int writes =
        here.requests(
            () -> {
              for (int minute = 0; minute < 24 * 60; minute++) {
                here.store.used(connection);
                time.move(Duration.ofMinutes(1));
              }
              return null;
            });
    assertThat(writes).isEqualTo(3);
    assertThat(lastUsed(id)).isEqualTo(made.plus(Duration.ofHours(18)));
  }

  @Test
  void aUseThatCannotBeWrittenIsTriedAgainAfterAMinute() {
    String id = here.create(session);
    Connection connection = here.found(id);
    time.move(Duration.ofHours(6));
    api.away = true;
    assertThat(
            here.requests(
                () -> {
                  for (int second = 0; second < 59; second++) {
                    here.store.used(connection);
                    time.move(Duration.ofSeconds(1));
                  }
                  return null;
                }))
        .isEqualTo(1);
    api.away = false;
    time.move(Duration.ofSeconds(1));
    here.store.used(connection);
    assertThat(lastUsed(id)).isEqualTo(time.now);
  }

  @Test
  void anInitializeOfSixteenKibibytesIsKeptAndOneByteMoreIsRefused() {
    ObjectNode initialize = JsonNodeFactory.instance.objectNode();
    int frame = initialize.put("a", "").toString().length();
    initialize.put("a", "x".repeat(16 * 1024 - frame));
    assertThat(now(here.creation(here.store.newId(FORGEJO, Replica.ALICE), session, initialize)))
        .isInstanceOf(Creation.Created.class);
    initialize.put("a", "x".repeat(16 * 1024 - frame + 1));
    assertThat(now(here.creation(here.store.newId(FORGEJO, Replica.ALICE), session, initialize)))
        .isEqualTo(
            new Creation.Refused(
                "The params of initialize have 16385 bytes; at most 16384 can be kept:"
                    + " send less of clientInfo and capabilities"));
    initialize.put("a", "\u00e9".repeat(8 * 1024));
    assertThat(now(here.creation(here.store.newId(FORGEJO, Replica.ALICE), session, initialize)))
        .isInstanceOf(Creation.Refused.class);
  }

  @Test
  void anObjectSaysWhoseItIsAndEndsWithItsSession() {
    String id = here.store.newId(FORGEJO, Replica.ALICE);
    now(
        here.store.create(
            id,
            FORGEJO,
            Replica.ALICE,
            SessionKey.of(session),
            "2025-06-18",
            "n".repeat(255) + "\ud83d\ude00",
            initialize(),
            binding(7, "backend-secret")));
    McpConnection object = api.all().getFirst();
    assertThat(object.getMetadata().getName()).isEqualTo(SessionIds.connectionName(id));
    assertThat(object.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getKind()).isEqualTo("McpSession");
              assertThat(owner.getUid()).isEqualTo("session-1");
              assertThat(owner)
                  .extracting(OwnerReference::getController, OwnerReference::getBlockOwnerDeletion)
                  .containsOnlyNulls();
            });
    assertThat(object.getSpec().sessionName()).isEqualTo("forgejo-hvnryrzl2my7kxd4w2wcgrsljd");
    assertThat(object.getSpec().owner()).startsWith("6d18a38c1dbe6439");
    assertThat(object.getSpec().clientName()).isEqualTo("n".repeat(255));
    assertThat(object.getStatus().revision()).isEqualTo(7);
    assertThat(Serialization.asJson(object)).doesNotContain(id);
  }

  @Test
  void nothingPrintsTheIdOfABackend() {
    String id = here.create(session);
    now(here.store.rebind(here.found(id), binding(2, "backend-secret-2")));
    assertThat(List.of(here.found(id), here.found(id).binding(), api.all().getFirst()))
        .allSatisfy(it -> assertThat(it.toString()).doesNotContain("secret").doesNotContain(id));
  }

  private List<String> create(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(here.create(session));
    }
    return ids;
  }

  private void exchange() {
    for (int i = 0; i < 2; i++) {
      here.watch();
      there.watch();
    }
  }

  private Instant lastUsed(String id) {
    return api.read("team", SessionIds.connectionName(id)).getStatus().lastUsedTime();
  }
}
