package dev.mcpsession.gateway.connection;

import static dev.mcpsession.gateway.connection.LiveReplica.await;
import static dev.mcpsession.gateway.connection.Replica.binding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Preference.LogLevel;
import dev.mcpsession.gateway.route.Preference.Subscribe;
import dev.mcpsession.gateway.route.Preference.Unsubscribe;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.Connections.Rebinding;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.gateway.session.SessionName;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas on a real API server; no operator runs. */
@ClusterTest
class KubernetesConnectionsIT {
  private static final User ALICE =
      new User(new Owner("https://sso.example/realms/staff", "alice-123"), "alice");

  private final Cluster cluster;
  private final McpResource resource;
  private final SessionKeys keys = SessionKeys.generated(new SecureRandom());
  private LiveReplica here;
  private LiveReplica there;
  private McpSession session;

  KubernetesConnectionsIT(Cluster cluster) {
    this.cluster = cluster;
    this.resource = new McpResource(cluster.namespace(), "forgejo");
  }

  @BeforeEach
  void startTwoReplicas() {
    cluster.sessions().delete();
    await().until(() -> cluster.sessions().list().getItems().isEmpty());
    session = createSession();
    here = new LiveReplica(cluster, keys);
    there = new LiveReplica(cluster, keys);
    await().until(() -> here.isSynced() && there.isSynced());
  }

  @AfterEach
  void stopThem() {
    here.close();
    there.close();
  }

  @Test
  void whatOneReplicaMakesTheOtherFindsAtOnceAndBothWithoutARequestThen() throws Exception {
    String id = create(here);
    Connection seen = found(there, id);
    assertThat(seen.initialize()).isEqualTo(initialize());
    assertThat(seen.binding()).isEqualTo(binding(1, "backend-1"));
    int before = here.requests().size() + there.requests().size();
    for (int i = 0; i < 100; i++) {
      found(here, id);
      found(there, id);
    }
    assertThat(here.requests().size() + there.requests().size()).isEqualTo(before);
    assertThat(here.requests()).singleElement().asString().startsWith("POST ");
    assertThat(there.requests()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void tenThousandForgedIdsCostNoRequest() throws Exception {
    SecureRandom random = new SecureRandom();
    byte[] bytes = new byte[40];
    for (int i = 0; i < 10_000; i++) {
      random.nextBytes(bytes);
      String forged = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      assertThat(find(here, forged)).isEqualTo(new Lookup.Unknown());
    }
    assertThat(here.requests()).isEmpty();
  }

  @Test
  void ofReplicasThatBindAnewAtOnceOneWins() throws Exception {
    for (int round = 2; round < 12; round++) {
      String id = create(here);
      Connection seenHere = found(here, id);
      Connection seenThere = found(there, id);
      CompletionStage<Rebinding> one = here.connections().rebind(seenHere, binding(round, "here"));
      CompletionStage<Rebinding> other =
          there.connections().rebind(seenThere, binding(round, "there"));
      List<Rebinding> results = List.of(await(one), await(other));
      Binding stored = stored(id);
      assertThat(results)
          .filteredOn(Rebinding.Moved.class::isInstance)
          .singleElement()
          .satisfies(
              moved ->
                  assertThat(((Rebinding.Moved) moved).connection().binding()).isEqualTo(stored));
      assertThat(results)
          .filteredOn(Rebinding.Lost.class::isInstance)
          .singleElement()
          .satisfies(
              lost -> assertThat(((Rebinding.Lost) lost).winner().binding()).isEqualTo(stored));
      assertThat(found(here, id).binding()).isEqualTo(stored);
      assertThat(found(there, id).binding()).isEqualTo(stored);
      assertThat(found(here, id).previous()).contains(binding(1, "backend-1"));
    }
  }

  @Test
  void whatClientsAskOfTwoReplicasAtOnceIsAllStored() throws Exception {
    String id = create(here);
    Connection seenHere = found(here, id);
    Connection seenThere = found(there, id);
    List<CompletionStage<Optional<Connection>>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(here.connections().remember(seenHere, new Subscribe("test://here/" + i)));
      all.add(there.connections().remember(seenThere, new Subscribe("test://there/" + i)));
    }
    all.add(here.connections().remember(seenHere, new LogLevel("error")));
    for (CompletionStage<Optional<Connection>> one : all) {
      assertThat(await(one)).isPresent();
    }
    for (LiveReplica replica : List.of(here, there)) {
      await()
          .untilAsserted(
              () -> {
                Preferences stored = found(replica, id).preferences();
                assertThat(stored.logLevel()).contains("error");
                assertThat(stored.subscriptions()).hasSize(40).doesNotHaveDuplicates();
              });
    }
    assertThat(
            await(there.connections().remember(found(there, id), new Unsubscribe("test://here/3"))))
        .map(it -> it.preferences().subscriptions())
        .hasValueSatisfying(left -> assertThat(left).hasSize(39));
  }

  @Test
  void theNewestOfTwoStreamsOnOneIdIsKnownToTheOtherReplica() throws Exception {
    List<String> toldHere = new CopyOnWriteArrayList<>();
    List<String> toldThere = new CopyOnWriteArrayList<>();
    here.connections().onStreamTaken(toldHere::add);
    there.connections().onStreamTaken(toldThere::add);
    String id = create(here);
    String name = SessionIds.connectionName(id);

    assertThat(await(there.connections().takeStream(found(there, id)))).isTrue();
    await().untilAsserted(() -> assertThat(toldHere).containsExactly(name));
    assertThat(await(here.connections().takeStream(found(here, id)))).isTrue();

    await().untilAsserted(() -> assertThat(toldThere).containsExactly(name));
    assertThat(toldHere).hasSize(1);
  }

  @Test
  void anIdThatOneReplicaEndedIsUnknownToTheOtherAsSoonAsItHears() throws Exception {
    String id = create(here);
    await().until(() -> there.requests().isEmpty() && isKnown(there, id));
    assertThat(await(here.connections().end(found(here, id)))).isEqualTo(new Ending.Ended());
    assertThat(find(here, id)).isEqualTo(new Lookup.Unknown());
    await().until(() -> !isKnown(there, id));
    int before = there.requests().size();
    assertThat(find(there, id)).isEqualTo(new Lookup.Unknown());
    assertThat(there.requests()).hasSize(before);
  }

  /** A DELETE on one replica while the other one handles requests with the same id. */
  @Test
  void anEndBesideRequestsAndBindingsIsFinal() throws Exception {
    String id = create(here);
    Connection seen = found(there, id);
    List<CompletionStage<?>> all = new ArrayList<>();
    for (int i = 2; i < 20; i++) {
      all.add(there.connections().rebind(seen, binding(i, "b" + i)));
      all.add(there.connections().find(id, resource, ALICE));
      if (i == 10) {
        all.add(here.connections().end(found(here, id)));
      }
    }
    for (CompletionStage<?> stage : all) {
      await(stage);
    }
    await().until(() -> !isKnown(there, id) && !isKnown(here, id));
    assertThat(connections()).isEmpty();
  }

  @Test
  void theEndOfASessionEndsItsConnectionsAndItsSuccessorBringsThemNotBack() throws Exception {
    String id = create(here);
    found(there, id);
    cluster.client().resource(session).delete();
    await().until(() -> !isKnown(here, id) && !isKnown(there, id));
    await().until(() -> connections().isEmpty());
    session = createSession();
    await().until(() -> here.shows(resource.namespace(), session.getMetadata().getName()));
    assertThat(find(here, id)).isEqualTo(new Lookup.Unknown());
    found(here, create(here));
  }

  @Test
  void aReplicaThatStartsLaterKnowsAllIdsWithoutARequestForEach() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(create(i % 2 == 0 ? here : there));
    }
    try (LiveReplica later = new LiveReplica(cluster, keys)) {
      await().until(later::isSynced);
      for (String id : ids) {
        found(later, id);
      }
      assertThat(later.requests()).isEmpty();
    }
  }

  /** Packets get lost, so that only time tells. */
  @Test
  void whileTheApiServerIsSilentKnownIdsGoOnAndOthersAreNotJudged() throws Exception {
    Config config = Config.fromKubeconfig(cluster.kubeconfig().toFile());
    URI server = URI.create(config.getMasterUrl());
    try (TcpProxy proxy = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()))) {
      config.setMasterUrl("https://127.0.0.1:" + proxy.port() + "/");
      try (LiveReplica cutOff = new LiveReplica(cluster, keys, config)) {
        await().until(cutOff::isSynced);
        String known = create(cutOff);
        proxy.silence();
        String unknown = create(here);
        assertThat(isKnown(cutOff, known)).isTrue();
        assertThat(find(cutOff, unknown)).isEqualTo(new Lookup.ApiAway());
        assertThat(isKnown(cutOff, known)).isTrue();
        proxy.restore();
        await().atMost(Duration.ofSeconds(30)).until(() -> isKnown(cutOff, unknown));
      }
    }
  }

  private String create(LiveReplica replica) throws Exception {
    String id = replica.connections().newId(resource, ALICE);
    Creation made =
        await(
            replica
                .connections()
                .create(
                    id,
                    resource,
                    ALICE,
                    SessionKey.of(session),
                    "2025-11-25",
                    "inspector",
                    initialize(),
                    binding(1, "backend-1")));
    assertThat(made).isInstanceOf(Creation.Created.class);
    return id;
  }

  private Lookup find(LiveReplica replica, String id) throws Exception {
    return await(replica.connections().find(id, resource, ALICE));
  }

  private boolean isKnown(LiveReplica replica, String id) throws Exception {
    return find(replica, id) instanceof Lookup.Found;
  }

  private Connection found(LiveReplica replica, String id) throws Exception {
    Lookup lookup = find(replica, id);
    assertThat(lookup).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found) lookup).connection();
  }

  private List<McpConnection> connections() {
    return cluster
        .client()
        .resources(McpConnection.class)
        .inNamespace(resource.namespace())
        .list()
        .getItems();
  }

  private Binding stored(String id) {
    McpConnection object =
        cluster
            .client()
            .resources(McpConnection.class)
            .inNamespace(resource.namespace())
            .withName(SessionIds.connectionName(id))
            .require();
    return ConnectionObjects.read(object).orElseThrow().binding();
  }

  private McpSession createSession() {
    McpSession made =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSession
            metadata: {namespace: %s, name: %s}
            spec: {user: alice, templateRef: {name: forgejo}}
            """
                .formatted(resource.namespace(), SessionName.of(resource, ALICE.owner())),
            McpSession.class);
    return cluster.client().resource(made).create();
  }

  private static ObjectNode initialize() {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    params.put("protocolVersion", "2025-11-25");
    params.putObject("capabilities").putObject("roots").put("listChanged", true);
    params.putObject("clientInfo").put("name", "inspector").putNull("title");
    return params;
  }
}
