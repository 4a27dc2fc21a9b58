package dev.mcpsession.signin.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.key.SignInKeys.Rotation;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas with one Secret of keys, on a real API server. */
@ClusterTest
class WatchedKeysIT {
  private static final String NAME = "gateway-sign-in-keys";
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  private final KubernetesClient client;
  private final String namespace;
  private final Resource<Secret> secret;
  private KeysSecret stored;
  private WatchedKeys here;
  private WatchedKeys there;

  WatchedKeysIT(Cluster cluster) {
    client = cluster.client();
    namespace = cluster.namespace();
    secret = client.secrets().inNamespace(namespace).withName(NAME);
  }

  @BeforeEach
  void twoReplicasThatHaveNotStarted() {
    secret.delete();
    stored = keysSecret();
    here = new WatchedKeys(client, keysSecret());
    there = new WatchedKeys(client, keysSecret());
  }

  private KeysSecret keysSecret() {
    return new KeysSecret(client, namespace, NAME, InstantSource.fixed(NOW), new SecureRandom());
  }

  @AfterEach
  void stopThem() {
    here.close();
    there.close();
  }

  private void start() {
    here.start();
    there.start();
    await().until(() -> here.isSynced() && there.isSynced());
  }

  private void createEmpty() {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .endMetadata()
                .build())
        .create();
  }

  @Test
  void twoReplicasThatFillAnEmptySecretAtOnceHaveTheSameKeys() throws Exception {
    createEmpty();
    List<KeysSecret.Filled> filled = AtOnce.call(stored::fill, keysSecret()::fill);
    assertThat(filled.get(0).keys().ids()).isEqualTo(filled.get(1).keys().ids());
    start();
    String sealed = here.keys().seal(Purpose.CODE, "a code".getBytes(UTF_8), NOW);
    assertThat(there.keys().open(Purpose.CODE, sealed)).contains("a code".getBytes(UTF_8));
  }

  @Test
  void whereThereIsNoSecretOneIsMadeAndBothReplicasTakeIt() {
    assertThat(here.missing()).containsExactly("keys of sign-in (not read yet)");
    assertThatThrownBy(() -> here.keys()).isInstanceOf(IllegalStateException.class);
    start();
    assertThat(here.missing()).isEmpty();
    assertThat(here.keys().ids()).isEqualTo(there.keys().ids()).hasSize(2);
  }

  @Test
  void whatTwoRotateAtOnceAllReplicasGet() throws Exception {
    start();
    List<String> before = here.keys().ids();
    List<Rotation> rotations =
        AtOnce.call(
            () -> stored.rotate(Duration.ofDays(90)),
            () -> keysSecret().rotate(Duration.ofDays(90)));
    await()
        .untilAsserted(
            () -> {
              for (SignInKeys keys : List.of(here.keys(), there.keys())) {
                assertThat(keys.ids())
                    .containsAll(before)
                    .containsAll(rotations.get(0).added())
                    .containsAll(rotations.get(1).added());
              }
            });
  }

  @Test
  void contentThatCannotBeReadIsNotOverwrittenAndChangesNothing() throws Exception {
    start();
    List<String> before = here.keys().ids();
    MergePatch.apply(secret, "{data: {keys.json: e30=}}");
    assertThatThrownBy(() -> stored.fill())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Secret " + namespace + "/" + NAME + " cannot be used")
        .hasMessageContaining("Put what was there back");
    assertThatThrownBy(() -> stored.rotate(Duration.ofDays(90))).isInstanceOf(StoreException.class);
    assertThat(secret.get().getData()).containsEntry("keys.json", "e30=");
    // A later change is seen, so the broken one was, too.
    MergePatch.apply(secret, "{data: {keys.json: null}}");
    SignInKeys next = stored.fill().keys();
    assertThat(next.ids()).doesNotContainAnyElementsOf(before);
    await().until(() -> here.keys().ids().equals(next.ids()));
  }

  @Test
  void brokenContentAtTheStartIsWaitedOutAndSaidToPeople() {
    createEmpty();
    MergePatch.apply(secret, "{data: {keys.json: e30=}}");
    here.start();
    await()
        .untilAsserted(
            () ->
                assertThat(here.missing())
                    .singleElement()
                    .asString()
                    .contains("keys of sign-in (Secret " + namespace + "/" + NAME));
    MergePatch.apply(secret, "{data: {keys.json: null}}");
    await().until(here::isSynced);
  }
}
