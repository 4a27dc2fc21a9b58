package dev.mcpsession.cli.handover;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.cli.OperatorChild;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterUser;
import dev.mcpsession.issuer.Issuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Two operator processes that contend for one Lease and may call one issuer. When the leader is
 * gone, a new process takes the place of the standby that succeeded it.
 */
final class Replicas implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final String namespace;
  private final Path config;
  private final List<Replica> started = new ArrayList<>();
  private Replica leader;
  private Replica standby;

  /** A process and who it is for the API server. */
  record Replica(String pod, ClusterUser user, OperatorChild child) {}

  private Replicas(Cluster cluster, String namespace, Issuer issuer) throws IOException {
    this.cluster = cluster;
    this.namespace = namespace;
    config = Files.createTempFile("operator", ".yaml");
    // Shorter than the defaults, so that a test need not wait for long.
    Files.writeString(
        config,
        """
        tokenEndpoints: {allowed: ["%s"], allowHttp: true}
        leaderElection: {leaseDurationSeconds: 10, renewDeadlineSeconds: 7, retryPeriodSeconds: 2}
        """
            .formatted(issuer.tokenEndpoint()));
    Replica one = startReplica();
    Replica other = startReplica();
    await("a leader").atMost(PATIENCE).until(() -> !holder().isEmpty());
    boolean isFirst = leads(one);
    leader = isFirst ? one : other;
    standby = isFirst ? other : one;
    awaitStandby();
  }

  /** Returns when one leads and the other stands by. */
  static Replicas start(Cluster cluster, String namespace, Issuer issuer) throws IOException {
    return new Replicas(cluster, namespace, issuer);
  }

  Replica leader() {
    return leader;
  }

  /** Waits until the standby holds the Lease; it is the leader then, and there is no other. */
  void awaitSuccessor() {
    await("the standby leads").atMost(PATIENCE).until(() -> leads(standby));
    leader = standby;
  }

  /** A new process beside the leader. */
  void startStandby() throws IOException {
    standby = startReplica();
    awaitStandby();
  }

  boolean leads(Replica replica) {
    return holder().startsWith(replica.pod() + "_");
  }

  private void awaitStandby() {
    await("a standby")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> standby.child().get("/readyz").body().startsWith("ok: standby of "));
  }

  private Replica startReplica() throws IOException {
    String pod = "operator-" + (started.size() + 1);
    ClusterUser user = ClusterUser.create(cluster, namespace, pod);
    Replica replica =
        new Replica(
            pod,
            user,
            OperatorChild.start(
                Map.of("POD_NAME", pod, "POD_NAMESPACE", namespace),
                "--config",
                config.toString(),
                "--kubeconfig",
                user.kubeconfig().toString(),
                "--namespace",
                namespace,
                "--leader-election",
                "on"));
    started.add(replica);
    return replica;
  }

  private String holder() {
    var lease =
        cluster.client().leases().inNamespace(namespace).withName("mcp-session-operator").get();
    return lease == null ? "" : Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
  }

  @Override
  public void close() throws IOException {
    for (Replica replica : started) {
      replica.child().close();
    }
    Files.delete(config);
  }
}
