package dev.mcpsession.soak;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.FakeNodes;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.replicas.GatewayReplicas;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.Installation;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** Kills, replaces and cuts off at random, one after the other. */
final class Chaos {
  private static final Duration SIGTERM = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final Installation all;
  private final FakeNodes nodes;
  private final TcpProxy apiServer;
  private final Random random;
  private final Tally tally;
  private final Disturbances disturbances;
  private int cordoned = 2;

  Chaos(
      Cluster cluster,
      Installation all,
      FakeNodes nodes,
      TcpProxy apiServer,
      Random random,
      Tally tally,
      Disturbances disturbances) {
    this.cluster = cluster;
    this.all = all;
    this.nodes = nodes;
    this.apiServer = apiServer;
    this.random = random;
    this.tally = tally;
    this.disturbances = disturbances;
  }

  /** Of the source that the sessions' tokens come from. */
  static void putToken(Cluster cluster, String name, String token) {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.namespace())
                .withLabels(Map.of(Names.TOKEN_SOURCE_LABEL, "true"))
                .endMetadata()
                .withStringData(Map.of("token", token))
                .build())
        .createOr(NonDeletingOperation::update);
  }

  /**
   * One event of whatever kind.
   *
   * @param replicas whether it may be one of the replicas' ends
   */
  void happen(boolean replicas) throws Exception {
    // Of the MCP servers that begin from now on.
    all.backends().set("eventIds", Boolean.toString(random.nextBoolean()));
    int kind = random.nextInt(replicas ? 9 : 7);
    switch (kind) {
      case 0 -> template();
      case 1 -> token();
      case 2 -> restart();
      case 3 -> node();
      case 4 -> pod();
      case 5 -> operator();
      case 6 -> apiServer();
      case 7 -> replicaTerminated();
      default -> replicaKilled();
    }
  }

  private void template() {
    disturbances.count("template changed");
    MergePatch.apply(
        cluster
            .client()
            .resources(McpSessionTemplate.class)
            .inNamespace(cluster.namespace())
            .withName(Soak.TEMPLATE),
        "{spec: {session: {podTemplate: {metadata: {annotations: {version: \"%d\"}}}}}}"
            .formatted(random.nextInt()));
  }

  private void token() {
    disturbances.count("token changed");
    putToken(cluster, Soak.SOURCE, "token-" + random.nextInt());
  }

  private void restart() {
    disturbances.count("session restarted");
    anySession()
        .ifPresent(
            session ->
                MergePatch.apply(
                    cluster.sessions().withName(session.getMetadata().getName()),
                    "{metadata: {annotations: {%s: \"%s\"}}}"
                        .formatted(Names.RESTARTED_AT, Instant.now())));
  }

  private void node() {
    disturbances.count("node cordoned");
    nodes.cordon(nodes.name(cordoned), false);
    cordoned = 3 - cordoned;
    nodes.cordon(nodes.name(cordoned), true);
  }

  private void pod() {
    disturbances.count("Pod deleted");
    anySession()
        .ifPresent(
            session -> {
              disturbances.podIsDeleted(session.getSpec().user());
              cluster
                  .client()
                  .pods()
                  .inNamespace(cluster.namespace())
                  .withName(
                      Objects.requireNonNull(Objects.requireNonNull(session.getStatus()).podName()))
                  .delete();
            });
  }

  private void operator() throws IOException, InterruptedException {
    disturbances.count("operator killed");
    all.replicas().killOperator();
    Attempts.pause(Duration.ofSeconds(random.nextInt(10)));
    all.replicas().startOperator();
    all.replicas().awaitOperator();
  }

  private void apiServer() throws IOException {
    disturbances.count("API server away");
    apiServer.cut();
    Attempts.pause(Duration.ofSeconds(1 + random.nextInt(10)));
    apiServer.restore();
  }

  private void replicaTerminated() throws IOException, InterruptedException {
    disturbances.count("replica terminated");
    Replica old = one();
    replaced();
    if (old.process().terminate(SIGTERM) != 0) {
      tally.violation("a replica ended with an error: " + old.process().log());
    }
  }

  private void replicaKilled() throws IOException, InterruptedException {
    disturbances.count("replica killed");
    Replica old = one();
    disturbances.replicaIsKilled(old);
    old.process().kill();
    replaced();
  }

  private void replaced() throws IOException {
    GatewayReplicas replicas = all.replicas();
    replicas.awaitReady(replicas.startReplica());
  }

  private Replica one() {
    List<Replica> running = all.replicas().running();
    return running.get(random.nextInt(running.size()));
  }

  private Optional<McpSession> anySession() {
    List<McpSession> serving =
        cluster.sessions().list().getItems().stream()
            .filter(it -> it.getStatus() != null && it.getStatus().podName() != null)
            .toList();
    return serving.isEmpty()
        ? Optional.empty()
        : Optional.of(serving.get(random.nextInt(serving.size())));
  }

  /** Until the next one. */
  void calm() {
    Attempts.pause(Duration.ofMillis(SECONDS.toMillis(2) + random.nextInt(6_000)));
  }
}
