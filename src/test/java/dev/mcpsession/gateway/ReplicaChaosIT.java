package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.FakeNodes;
import dev.mcpsession.cluster.Kubectl;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.load.Load;
import dev.mcpsession.load.LoadCall;
import dev.mcpsession.load.LoadReport;
import dev.mcpsession.load.LoadUser;
import dev.mcpsession.load.LoadUser.Era;
import dev.mcpsession.load.LoadUser.Identity;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.Installation;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users of both eras call tools all the time while what serves them goes: replicas of the gateway,
 * the operator, the API server, a node. With {@code -Dchaos.full=true} each is away as long as it
 * takes in earnest.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicaChaosIT {
  private static final String TEMPLATE = "chaos";
  private static final int USERS = 20;
  private static final int CALLS_PER_SECOND = 2;
  private static final boolean FULL = Boolean.getBoolean("chaos.full");
  private static final Duration OPERATOR_AWAY = Duration.ofSeconds(FULL ? 20 : 8);
  private static final Duration API_SERVER_AWAY = Duration.ofSeconds(FULL ? 60 : 15);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Until a client has seen that a process that was killed has closed its connections. */
  private static final Duration NOTICED = Duration.ofMillis(500);

  /** Of calls in flight in a replica that is killed. */
  private static final int LONG_CALLS = 5;

  private static final Duration LONG_CALL = Duration.ofSeconds(6);

  private final Cluster cluster;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<LoadUser> users = new ArrayList<>();
  private TcpProxy apiServer;
  private FakeNodes nodes;
  private Installation all;

  ReplicaChaosIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    URI server = URI.create(cluster.client().getConfiguration().getMasterUrl());
    apiServer = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()));
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            Files.readString(cluster.kubeconfig())
                .replace(
                    server.getHost() + ":" + server.getPort(), "127.0.0.1:" + apiServer.port()));
    all = Installation.start(cluster, kubeconfig, "", "watchNodes: true");
    nodes = new FakeNodes(cluster.client(), cluster.namespace(), 2);
    nodes.cordon(nodes.name(2), true);
    all.offer(TEMPLATE, "drainSeconds: 5", nodes.selector());
    for (int i = 1; i <= USERS; i++) {
      String name = "user-" + i;
      users.add(
          new LoadUser(
              new Identity(name, cluster.namespace(), TEMPLATE, all.token(name, TEMPLATE)),
              i % 2 == 0 ? Era.LEGACY : Era.MODERN,
              i % 4 < 2,
              threads));
    }
    Load.begin(all.inService(), users);
  }

  @AfterAll
  void stop() throws Exception {
    users.forEach(LoadUser::close);
    all.close();
    nodes.close();
    apiServer.close();
    threads.shutdownNow();
  }

  @BeforeEach
  void twoReplicas() throws Exception {
    while (all.replicas().running().size() < 2) {
      replaceOne();
    }
  }

  @Test
  void aRollingRestartOfTheGatewayFailsNoCall() throws Exception {
    LoadReport report =
        during(
            () -> {
              for (Replica old : all.replicas().running()) {
                replaceOne();
                assertThat(old.process().terminate(PATIENCE)).isZero();
              }
            });
    assertUnharmed("rolling restart", report);
  }

  @Test
  void ofAReplicaThatIsKilledOnlyWhatWasInFlightInItFails() throws Exception {
    Replica victim = all.replicas().running().get(0);
    Replica other = all.replicas().running().get(1);
    Instant[] killed = {Instant.MAX};
    try (McpHttp carol = all.client("carol", TEMPLATE)) {
      String id = initialized(carol, victim);
      LoadReport report =
          during(
              () -> {
                List<CompletableFuture<Answer>> lost = longCalls(carol, id, victim);
                List<CompletableFuture<Answer>> kept = longCalls(carol, id, other);
                awaitRequests(victim, LONG_CALLS);
                awaitRequests(other, LONG_CALLS);
                killed[0] = Instant.now();
                victim.process().kill();
                for (CompletableFuture<Answer> call : lost) {
                  assertThat(call)
                      .as("a call in flight in the replica that was killed")
                      .failsWithin(Duration.ofSeconds(3))
                      .withThrowableOfType(ExecutionException.class)
                      .withCauseInstanceOf(IOException.class);
                }
                replaceOne();
                for (CompletableFuture<Answer> call : kept) {
                  Answer answer = call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                  assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                  assertThat(answer.message()).contains("\"result\"");
                }
              });
      System.out.println("replica killed: " + report);
      assertThat(report.failed())
          .allSatisfy(
              call -> {
                assertThat(call.replica()).isEqualTo(victim);
                assertThat(call.begun()).isBefore(killed[0].plus(NOTICED));
                assertThat(call.ended()).isBetween(killed[0], killed[0].plusSeconds(3));
              });
      assertEffects(report);
    }
  }

  @Test
  void whileTheOperatorIsAwayCallsGoOnAndNewUsersAreServedOnceItIsBack() throws Exception {
    try (McpHttp dave = all.client("dave", TEMPLATE)) {
      LoadReport report =
          during(
              () -> {
                all.replicas().killOperator();
                CompletableFuture<Answer> waits =
                    CompletableFuture.supplyAsync(() -> initialize(dave, ready(0)), threads);
                await().pollDelay(OPERATOR_AWAY).atMost(PATIENCE).until(() -> true);
                assertThat(waits).isNotDone();
                all.replicas().startOperator();
                Answer answer = waits.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.message()).contains("\"result\"");
              });
      assertUnharmed("operator away for " + OPERATOR_AWAY.toSeconds() + " s", report);
    }
  }

  @Test
  void whileTheApiServerIsAwayCallsGoOnAndNewUsersAreAskedToComeBack() throws Exception {
    try (McpHttp erin = all.client("erin", TEMPLATE)) {
      LoadReport report =
          during(
              () -> {
                Instant back = Instant.now().plus(API_SERVER_AWAY);
                apiServer.cut();
                try {
                  for (int i = 0; i < 2; i++) {
                    Answer refused = initialize(erin, ready(i));
                    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
                    assertThat(refused.http().headers().firstValue("Retry-After")).isPresent();
                  }
                  await().atMost(PATIENCE).until(() -> Instant.now().isAfter(back));
                } finally {
                  apiServer.restore();
                }
                await()
                    .atMost(PATIENCE)
                    .untilAsserted(
                        () -> assertThat(initialize(erin, ready(0)).status()).isEqualTo(200));
              });
      assertUnharmed("API server away for " + API_SERVER_AWAY.toSeconds() + " s", report);
    }
  }

  @Test
  void aDrainOfTheNodeOfTwentySessionsFailsNoCall() throws Exception {
    String left = nodes.name(1);
    assertThat(pods()).hasSizeGreaterThanOrEqualTo(USERS).allMatch(pod -> isOn(pod, left));
    nodes.cordon(nodes.name(2), false);
    Kubectl kubectl = new Kubectl(cluster);
    LoadReport report =
        during(
            () -> {
              Kubectl.Result drain =
                  kubectl.run(
                      (int) PATIENCE.toSeconds(),
                      "drain",
                      left,
                      "--ignore-daemonsets",
                      "--delete-emptydir-data");
              assertThat(drain.code()).as(drain.output()).isZero();
            });
    assertThat(pods()).hasSizeGreaterThanOrEqualTo(USERS).allMatch(pod -> isOn(pod, nodes.name(2)));
    assertUnharmed("drain of a node with " + USERS + " sessions", report);
  }

  private interface Event {
    void happen() throws Exception;
  }

  /** All calls from some before to some after this event. */
  private LoadReport during(Event event) throws Exception {
    try (Load load = Load.start(all.inService(), users, CALLS_PER_SECOND)) {
      awaitCalls(load);
      event.happen();
      awaitCalls(load);
      return load.stop();
    }
  }

  /** Two more of each user. */
  private static void awaitCalls(Load load) {
    int before = load.soFar().calls().size();
    await().atMost(PATIENCE).until(() -> load.soFar().calls().size() >= before + 2 * USERS);
  }

  private void assertUnharmed(String event, LoadReport report) {
    System.out.println(event + ": " + report);
    assertThat(report.failed()).isEmpty();
    assertThat(report.changedIds()).isZero();
    assertEffects(report);
  }

  /** No call that was answered well has had none, and none at all two. */
  private void assertEffects(LoadReport report) {
    assertThat(report.lost(all.backends().effects())).isEmpty();
    assertThat(report.repeated(all.backends().effects())).isEmpty();
    assertThat(report.calls()).extracting(LoadCall::user).containsAll(users);
  }

  private void replaceOne() throws IOException {
    Replica started = all.replicas().startReplica();
    all.replicas().awaitReady(started);
  }

  private URI ready(int i) {
    return at(all.replicas().running().get(i));
  }

  private URI at(Replica replica) {
    return replica.endpoint(cluster.namespace(), TEMPLATE);
  }

  private static Answer initialize(McpHttp client, URI endpoint) {
    try {
      return client.initialize(endpoint);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String initialized(McpHttp client, Replica replica) {
    Answer answer = initialize(client, at(replica));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.sessionId().orElseThrow();
  }

  private List<CompletableFuture<Answer>> longCalls(McpHttp client, String id, Replica replica) {
    return IntStream.range(0, LONG_CALLS)
        .mapToObj(
            i ->
                client.postAsync(
                    at(replica),
                    id,
                    """
                    {"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"sleep",
                     "arguments":{"millis":%d}}}
                    """
                        .formatted(100 * replica.port() + i, LONG_CALL.toMillis())))
        .toList();
  }

  /** Waits until at least so many answers have begun as streams. */
  private static void awaitRequests(Replica replica, int streams) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                replica
                    .management("/metrics")
                    .body()
                    .lines()
                    .filter(it -> it.startsWith("mcpsession_gateway_streams{era=\"legacy\"}"))
                    .anyMatch(
                        it -> Double.parseDouble(it.substring(it.indexOf(' ') + 1)) >= streams));
  }

  private List<Pod> pods() {
    return all.pods(TEMPLATE);
  }

  private static boolean isOn(Pod pod, String node) {
    return Objects.equals(pod.getSpec().getNodeName(), node);
  }
}
