package dev.mcpsession.cli.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cli.OperatorChild;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two operating system processes, one Lease, and sessions whose tokens are renewed all the time.
 */
@ClusterTest
class HandOverIT {
  @TempDir private Path folder;
  private Cluster cluster;
  private String namespace;
  private OperatorChild leader;
  private OperatorChild standby;
  private ClusterUser leaderUser;
  private RenewedSessions sessions;

  @BeforeEach
  void startBoth(Cluster given) throws IOException {
    cluster = given;
    namespace = given.newNamespace();
    leaderUser = ClusterUser.create(cluster, namespace, "leader");
    leader = start("leader", leaderUser);
    awaitHolder("leader");
    standby = start("standby", ClusterUser.create(cluster, namespace, "standby"));
    sessions = new RenewedSessions(cluster.client(), namespace);
    await().atMost(Duration.ofSeconds(60)).until(() -> sessions.haveReached(1));
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> standby.get("/readyz").body().startsWith("ok: standby of leader_"));
  }

  @AfterEach
  void endBoth() throws IOException {
    sessions.close();
    leader.close();
    standby.close();
  }

  @Test
  void theGaugesOfSessionsMoveWithTheLead() throws Exception {
    assertThat(leader.get("/metrics").body())
        .contains(
            "\nmcpsession_leader 1.0\n", "\nmcpsession_sessions{", "\nmcpsession_conditions{");
    assertThat(standby.get("/metrics").body())
        .contains("\nmcpsession_leader 0.0\n")
        .doesNotContain("\nmcpsession_sessions", "\nmcpsession_conditions");
    assertThat(leader.terminate()).isZero();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(standby.get("/metrics").body())
                    .contains("\nmcpsession_leader 1.0\n", "\nmcpsession_sessions{"));
  }

  @Test
  void afterSigtermTheStandbyLeadsWithin5Seconds() throws Exception {
    assertThat(leader.get("/readyz").body()).isEqualTo("ok: works on sessions\n");
    long before = System.nanoTime();
    assertThat(leader.terminate()).isZero();
    awaitHolder("standby");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    await()
        .untilAsserted(
            () -> assertThat(standby.get("/readyz").body()).isEqualTo("ok: works on sessions\n"));
    assertThatRenewalsWentOn();
  }

  @Test
  void afterSigkillTheStandbyLeadsOnceTheLeaseHasEnded() throws Exception {
    leader.signal("KILL");
    leader.await();
    await()
        .during(Duration.ofSeconds(10))
        .atMost(Duration.ofSeconds(11))
        .until(() -> holder().startsWith("leader_"));
    awaitHolder("standby");
    assertThatRenewalsWentOn();
  }

  @Test
  void aLeaderThatWasStoppedFor30SecondsEndsWith1() throws Exception {
    leader.signal("STOP");
    Instant stopped = Instant.now();
    awaitHolder("standby");
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> Instant.now().isAfter(stopped.plusSeconds(30)));
    Instant continued = Instant.now();
    leader.signal("CONT");
    assertThat(leader.await()).isEqualTo(1);
    assertThat(leader.log())
        .contains("Ends, since it does not lead any more: the Lease " + namespace);
    assertThat(holder()).startsWith("standby_");
    assertThatRenewalsWentOn();
    AuditLog audit = AuditLog.given().orElse(null);
    assumeThat(audit).as("-Dcluster.audit=FILE is not given").isNotNull();
    assertThat(audit.requests(leaderUser.name(), Instant.EPOCH))
        .anyMatch(AuditLog.Request::isWrite);
    assertThat(audit.requests(leaderUser.name(), continued))
        .as("of all that the deposed leader still asked for, only its own Lease, and that in vain")
        .allMatch(
            asked ->
                !asked.isWrite() || (asked.resource().equals("leases") && asked.code() == 409));
  }

  private void assertThatRenewalsWentOn() {
    int reached = sessions.reached();
    await().atMost(Duration.ofSeconds(60)).until(() -> sessions.haveReached(reached + 2));
    assertThat(sessions.faults()).isEmpty();
  }

  private OperatorChild start(String pod, ClusterUser user) throws IOException {
    // Each change of the Secret is to replace every backend.
    Path config = Files.writeString(folder.resolve(pod), "watchTokenSecrets: true");
    return OperatorChild.start(
        Map.of("POD_NAME", pod, "POD_NAMESPACE", namespace),
        "--kubeconfig",
        user.kubeconfig().toString(),
        "--namespace",
        namespace,
        "--leader-election",
        "on",
        "--config",
        config.toString());
  }

  private void awaitHolder(String pod) {
    await().atMost(Duration.ofSeconds(60)).until(() -> holder().startsWith(pod + "_"));
  }

  private String holder() {
    var lease =
        cluster.client().leases().inNamespace(namespace).withName("mcp-session-operator").get();
    return lease == null ? "" : Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
  }
}
