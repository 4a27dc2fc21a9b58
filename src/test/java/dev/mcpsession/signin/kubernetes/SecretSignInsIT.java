package dev.mcpsession.signin.kubernetes;

import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ALICE;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.FORGEJO;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofAccountPage;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofClient;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInLimits;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Two replicas on a real API server. */
@ClusterTest
@TestInstance(Lifecycle.PER_CLASS)
class SecretSignInsIT {
  /** By the clock of this machine, which the replicas have, too. */
  private final Instant now = InstantSource.system().instant().truncatedTo(ChronoUnit.MICROS);

  private final Instant longAgo = now.minus(Duration.ofHours(1));
  private final Cluster cluster;
  private final Replica here;
  private final Replica there;
  private int ids;
  private String id = "";

  SecretSignInsIT(Cluster cluster) {
    this.cluster = cluster;
    here = new Replica(cluster);
    there = new Replica(cluster);
  }

  private static final class Replica implements AutoCloseable {
    final KubernetesClient client;
    final SecretSignIns signIns;

    Replica(Cluster cluster) {
      client =
          ClientFactory.build(
              Config.fromKubeconfig(cluster.kubeconfig().toFile()), "test", () -> true, Map.of());
      signIns =
          new SecretSignIns(
              client,
              cluster.namespace(),
              Duration.ofMinutes(10),
              InstantSource.system(),
              System::nanoTime);
    }

    @Override
    public void close() {
      signIns.close();
      client.close();
    }
  }

  @BeforeAll
  void start() {
    here.signIns.start();
    there.signIns.start();
    await().until(() -> here.signIns.isSynced() && there.signIns.isSynced());
  }

  @AfterAll
  void stop() {
    here.close();
    there.close();
  }

  @BeforeEach
  void anotherId() {
    id = "%040x".formatted(++ids);
  }

  @Test
  void ofTwoReplicasThatExchangeOneCodeOneMakesTheSignIn() throws Exception {
    SignIn one = ofClient(id, FORGEJO, now);
    assertThat(AtOnce.call(() -> here.signIns.create(one), () -> there.signIns.create(one)))
        .containsExactlyInAnyOrder(true, false);
    assertThat(there.signIns.read(id))
        .hasValueSatisfying(it -> assertThat(unstored(it)).isEqualTo(one));
    await()
        .untilAsserted(() -> assertThat(here.signIns.find(id)).isEqualTo(there.signIns.find(id)));
    assertThat(here.signIns.of(ALICE)).extracting(SignIn::id).contains(id);
  }

  @Test
  void ofTwoReplicasThatRotateOneRefreshTokenOneStoresIt() throws Exception {
    SignIn first = create(ofClient(id, FORGEJO, longAgo));
    List<Optional<SignIn>> stored =
        AtOnce.call(
            () -> here.signIns.replace(used(first, now)),
            () -> there.signIns.replace(used(first, now)));
    assertThat(stored).filteredOn(Optional::isPresent).hasSize(1);
    await()
        .untilAsserted(
            () -> {
              assertThat(here.signIns.find(id))
                  .get()
                  .extracting(it -> it.refresh().generation())
                  .isEqualTo(2);
              assertThat(there.signIns.find(id)).isEqualTo(here.signIns.find(id));
            });
  }

  @Test
  void anEndIsSeenByTheOtherReplicaAndNothingOfItIsLeft() throws Exception {
    create(ofClient(id, FORGEJO, longAgo));
    await().until(() -> there.signIns.find(id).isPresent());
    here.signIns.end(id);
    assertThat(here.signIns.isKnownToHaveEnded(id)).isTrue();
    await().until(() -> there.signIns.isKnownToHaveEnded(id));
    assertThat(there.signIns.find(id)).isEmpty();
    assertThat(there.signIns.of(ALICE)).extracting(SignIn::id).doesNotContain(id);
    assertThat(secret()).isNull();
    there.signIns.end(id);
    assertThat(there.signIns.read(id)).isEmpty();
  }

  @Test
  void oneThatEndsWhileItsCodeMayReturnIsMarkedSoThatTheCodeBeginsNoOther() throws Exception {
    create(ofClient(id, FORGEJO, now));
    await().until(() -> there.signIns.find(id).isPresent());
    here.signIns.end(id);
    await().until(() -> there.signIns.isKnownToHaveEnded(id));
    assertThat(there.signIns.create(ofClient(id, FORGEJO, now))).isFalse();
    assertThat(there.signIns.read(id)).get().extracting(SignIn::isEnded).isEqualTo(true);
    sweepAt(now.plusSeconds(119));
    assertThat(secret()).isNotNull();
    sweepAt(now.plusSeconds(121));
    assertThat(secret()).isNull();
  }

  @Test
  void anEndIsNotLostToARefreshAtTheSameTime() throws Exception {
    SignIn first = create(ofClient(id, FORGEJO, now));
    await().until(() -> there.signIns.find(id).isPresent());
    AtOnce.call(
        () -> {
          here.signIns.end(id);
          return true;
        },
        () -> there.signIns.replace(used(first, now)).isPresent());
    assertThat(here.signIns.read(id)).get().extracting(SignIn::isEnded).isEqualTo(true);
    assertThat(there.signIns.replace(used(first, now))).isEmpty();
  }

  @Test
  void theSweepLeavesWhatWasUsedAfterItsDecision() throws Exception {
    SignIn first = create(ofAccountPage(id, longAgo));
    await().until(() -> there.signIns.find(id).isPresent());
    SignIn seen = there.signIns.find(id).orElseThrow();
    assertThat(here.signIns.replace(used(first, now))).isPresent();
    assertThat(there.signIns.delete(seen, true)).isFalse();
    assertThat(secret()).isNotNull();
  }

  @Test
  void aSecretThatSomebodyEditedCountsAsEnded() throws Exception {
    create(ofClient(id, FORGEJO, longAgo));
    await().until(() -> there.signIns.find(id).isPresent());
    MergePatch.apply(
        cluster.client().secrets().inNamespace(cluster.namespace()).withName("signin-" + id),
        "{data: {sign-in.json: e30=}}");
    await()
        .until(() -> here.signIns.isKnownToHaveEnded(id) && there.signIns.isKnownToHaveEnded(id));
    assertThat(here.signIns.read(id)).isEmpty();
  }

  @Test
  void itsSecretCanBeFoundAndReadByPeople() throws Exception {
    create(ofClient(id, FORGEJO, now));
    assertThat(
            cluster
                .client()
                .secrets()
                .inNamespace(cluster.namespace())
                .withLabel(Names.OWNER_LABEL, StoredSignIn.ownerLabel(ALICE))
                .list()
                .getItems())
        .filteredOn(it -> it.getMetadata().getName().equals("signin-" + id))
        .singleElement()
        .satisfies(
            it ->
                assertThat(it.getMetadata().getAnnotations())
                    .containsEntry(Names.USER, "alice")
                    .containsEntry(Names.CLIENT, "An IDE")
                    .containsEntry(Names.TEMPLATE, "team/forgejo"));
  }

  private SignIn create(SignIn signIn) throws Exception {
    assertThat(here.signIns.create(signIn)).isTrue();
    return here.signIns.find(signIn.id()).orElseThrow();
  }

  private void sweepAt(Instant instant) {
    // Long enough that only those of this test are over: others are an hour old at most.
    SignInLimits limits = new SignInLimits(Duration.ofDays(1), Duration.ofDays(2));
    try (ScheduledThreadPoolExecutor none = new ScheduledThreadPoolExecutor(0)) {
      new SignInSweep(here.signIns.stored(), limits, InstantSource.fixed(instant), none).sweep();
    }
  }

  private Secret secret() {
    return cluster
        .client()
        .secrets()
        .inNamespace(cluster.namespace())
        .withName("signin-" + id)
        .get();
  }

  private static SignIn unstored(SignIn stored) {
    return new SignIn(
        stored.id(),
        stored.person(),
        stored.resource(),
        stored.client(),
        stored.scopes(),
        stored.createdAt(),
        stored.lastUsedAt(),
        stored.refresh(),
        stored.isEnded(),
        Optional.empty());
  }
}
