package dev.mcpsession.process.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.config.OperatorConfig;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the API server's own rules for Leases. */
@ClusterTest
class LeadershipIT {
  private static final OperatorConfig.LeaderElection TIMING =
      new OperatorConfig.LeaderElection(
          "operator",
          Optional.empty(),
          Duration.ofSeconds(6),
          Duration.ofSeconds(4),
          Duration.ofSeconds(1));

  private final List<Replica> replicas = new ArrayList<>();
  private Cluster cluster;
  private String namespace;

  @BeforeEach
  void useANamespaceOfItsOwn(Cluster given) {
    cluster = given;
    namespace = given.newNamespace();
  }

  @AfterEach
  void endAll() {
    replicas.forEach(r -> r.leadership.close());
  }

  @Test
  void aReleasedLeaseIsTakenOverWithinARetryPeriod() {
    Replica a = new Replica("a");
    a.leadership.start();
    await().until(a.leadership::isOpen);
    Replica b = new Replica("b");
    b.leadership.start();
    await().until(() -> b.leadership.holder().isPresent());
    assertThat(b.leadership.isOpen()).isFalse();

    a.leadership.close();
    assertThat(a.leadership.isOpen()).isFalse();
    await().atMost(Duration.ofSeconds(2)).until(b.leadership::isOpen);
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo(b.identity.holder());
    assertThat(lease().getSpec().getLeaseTransitions()).isEqualTo(1);
    assertThat(a.told).containsExactly("leading");
    assertThat(b.told).containsExactly("leading");
  }

  @Test
  void closingTheLastReplicaClearsTheHolder() {
    Replica a = new Replica("a");
    a.leadership.start();
    await().until(a.leadership::isOpen);
    a.leadership.close();
    assertThat(lease().getSpec().getHolderIdentity()).isNull();
  }

  @Test
  void aLeaderThatVanishedIsSucceededAfterItsLeaseAndDeposedWhenItReturns() {
    Replica a = new Replica("a"); // not started: it looks only when the test says so
    a.leadership.look();
    assertThat(a.leadership.isOpen()).isTrue();
    Replica b = new Replica("b");
    b.leadership.start();
    await()
        .atMost(Duration.ofSeconds(12))
        .until(
            () -> {
              assertThat(a.leadership.isOpen() && b.leadership.isOpen()).isFalse();
              return b.leadership.isOpen();
            });
    assertThat(a.leadership.isOpen()).as("closed by time alone").isFalse();
    a.leadership.look();
    assertThat(a.told)
        .last()
        .asString()
        .startsWith("deposed: the Lease")
        .contains(b.identity.holder());
    a.leadership.close();
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo(b.identity.holder());
  }

  @Test
  void theLeaderStaysThroughRenewals() {
    Replica a = new Replica("a");
    a.leadership.start();
    await().until(a.leadership::isOpen);
    String first = lease().getMetadata().getResourceVersion();
    await()
        .during(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(10))
        .until(a.leadership::isOpen);
    assertThat(lease().getMetadata().getResourceVersion()).isNotEqualTo(first);
    assertThat(lease().getSpec().getLeaseTransitions()).isZero();
    assertThat(a.told).containsExactly("leading");
  }

  private Lease lease() {
    return cluster.client().leases().inNamespace(namespace).withName("operator").require();
  }

  private final class Replica extends LeadershipRecord {
    final Identity identity;
    final Leadership leadership;

    Replica(String name) {
      identity = Identity.of(null, name);
      leadership =
          new Leadership(
              new ApiLeaseStore(cluster.client(), namespace, "operator", Duration.ofSeconds(2)),
              identity,
              TIMING,
              System::nanoTime,
              InstantSource.system(),
              this);
      replicas.add(this);
    }
  }
}
