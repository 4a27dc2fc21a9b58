package dev.mcpsession.reconcile.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.OperatorOf;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Pod, Secret or Service of someone else with the name of a session's child. */
@ClusterTest
class TakenNamesIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final LiveSession session;
  private final List<HasMetadata> foreign = new ArrayList<>();
  private RunningController controller;

  TakenNamesIT(Cluster cluster) {
    this.cluster = cluster;
    this.session =
        new LiveSession(cluster.client(), cluster.namespace(), "taken" + NUMBER.incrementAndGet());
  }

  @BeforeEach
  void start() {
    session.source(Map.of("token", "t"));
    controller = new OperatorOf(cluster).with(api);
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    controller.close();
    foreign.forEach(object -> cluster.client().resource(object).delete());
  }

  @Test
  void aServiceOfTheNameIsAConflictUntilItIsRemoved() {
    HasMetadata service = service();
    create();
    Eventually.assertThat(
        () -> assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready NameConflict"));
    assertThat(session.message(ConditionType.Ready))
        .contains("Service " + session.name() + " belongs to nobody")
        .contains("delete it, or give the session another name");
    Eventually.assertThat(() -> assertThat(session.events()).containsEntry("NameConflict", 1));
    assertThat(session.ownSecrets()).as("no token is issued").isEmpty();
    assertThat(session.ownPods()).isEmpty();
    Eventually.staysSo(
        Duration.ofSeconds(3), () -> assertThat(api.calls()).hasSizeLessThanOrEqualTo(6));
    assertUntouched(service);

    cluster.client().resource(service).delete();
    Eventually.assertWithin(Duration.ofSeconds(15), () -> assertThat(session.isServing()).isTrue());
    assertThat(session.status().revision()).isEqualTo(1);
  }

  @Test
  void aSecretOfTheNameMakesTheSessionTakeTheNextNumber() {
    HasMetadata secret = secret(1);
    create();
    assertServes(2);
    assertThat(LiveSession.names(session.ownSecrets())).isEqualTo(List.of(child(2)));
    assertThat(session.status().failures()).isZero();
    Eventually.assertThat(() -> assertThat(session.events()).isEqualTo(Map.of("Ready", 1)));
    assertUntouched(secret);
  }

  @Test
  void aPodOfTheNameMakesTheSessionTakeTheNextNumber() {
    HasMetadata pod = pod(1);
    create();
    assertServes(2);
    assertThat(LiveSession.names(session.ownSecrets())).isEqualTo(List.of(child(2)));
    assertThat(session.status().failures()).isZero();
    assertThat(cluster.client().resource(pod).get().getMetadata().getUid())
        .isEqualTo(pod.getMetadata().getUid());
    assertThat(cluster.client().resource(pod).get().getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void fiveTakenNamesInARowAreAConflictAndTheSixthIsTriedLater() {
    List<HasMetadata> taken = new ArrayList<>();
    for (int number = 1; number <= 5; number++) {
      taken.add(secret(number));
    }
    create();
    Eventually.assertThat(
        () -> assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready NameConflict"));
    assertThat(session.message(ConditionType.Ready)).contains("5 names in a row are taken");
    Eventually.assertThat(() -> assertThat(session.events()).containsEntry("NameConflict", 1));
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(40);
    assertServes(6);
    taken.forEach(this::assertUntouched);
  }

  @Test
  void aReplacementTakesTheNextNumberAsWell() {
    create();
    assertServes(1);
    HasMetadata secret = secret(2);
    session.source(Map.of("token", "new"));
    assertServes(3);
    Eventually.assertThat(
        () -> assertThat(LiveSession.names(session.ownSecrets())).isEqualTo(List.of(child(3))));
    assertUntouched(secret);
  }

  private void create() {
    session.create(
        "{drainSeconds: 0, token: {secret: {name: %s-source}}}".formatted(session.name()),
        LiveSession.FAKE);
  }

  private void assertServes(int revision) {
    Eventually.assertThat(
        () -> {
          assertThat(session.isServing()).isTrue();
          assertThat(session.status().podName()).isEqualTo(child(revision));
        });
  }

  private void assertUntouched(HasMetadata object) {
    assertThat(cluster.client().resource(object).get().getMetadata())
        .isEqualTo(object.getMetadata());
  }

  private String child(int number) {
    return Names.child(session.name(), number);
  }

  private <T extends HasMetadata> HasMetadata make(T object) {
    HasMetadata made = cluster.client().resource(object).inNamespace(cluster.namespace()).create();
    foreign.add(made);
    return made;
  }

  private HasMetadata service() {
    return make(
        new ServiceBuilder()
            .withNewMetadata()
            .withName(session.name())
            .endMetadata()
            .withNewSpec()
            .addNewPort()
            .withPort(80)
            .endPort()
            .endSpec()
            .build());
  }

  private HasMetadata secret(int number) {
    return make(
        new SecretBuilder().withNewMetadata().withName(child(number)).endMetadata().build());
  }

  private HasMetadata pod(int number) {
    return make(
        new PodBuilder()
            .withNewMetadata()
            .withName(child(number))
            .endMetadata()
            .withNewSpec()
            .addToNodeSelector("type", "fake")
            .addNewContainer()
            .withName("other")
            .withImage("busybox:1.35")
            .endContainer()
            .endSpec()
            .build());
  }
}
