package dev.mcpsession.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stand-in adds to the mock server. */
final class EmbeddedClusterTest {
  private EmbeddedCluster cluster;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    cluster = EmbeddedCluster.start(Path.of("crds"));
    client = cluster.newClient();
  }

  @AfterEach
  void stop() {
    client.close();
    cluster.close();
  }

  @Test
  void aStatusIsWrittenThroughItsSubresourceOnly() {
    McpSession session = new McpSession();
    session.setMetadata(new ObjectMetaBuilder().withName("alice").build());
    session.setStatus(revision(1));
    McpSession created = client.resource(session).create();
    assertThat(created.getStatus()).isNull();

    created.setStatus(revision(2));
    client.resource(created).updateStatus();
    McpSession stored = client.resource(created).get();

    assertThat(stored.getStatus().revision()).isEqualTo(2);
    assertThat(stored.getMetadata().getGeneration()).isEqualTo(1);
    assertThatThrownBy(() -> client.resource(created).updateStatus()).satisfies(isCode(409));
  }

  private static McpSessionStatus revision(int revision) {
    return new McpSessionStatus(
        null, revision, null, null, null, null, null, null, null, null, null, null);
  }

  private static Consumer<Throwable> isCode(int code) {
    return e ->
        assertThat(e)
            .isInstanceOfSatisfying(
                KubernetesClientException.class, k -> assertThat(k.getCode()).isEqualTo(code));
  }

  @Test
  void aDeleteWithAnotherResourceVersionOrUidIsAConflict() {
    ConfigMap created = client.resource(configMap("a")).create();
    ConfigMap updated =
        client.resource(created).edit(c -> new ConfigMapBuilder(c).addToData("x", "y").build());

    assertThatThrownBy(() -> delete(created)).satisfies(isCode(409));
    assertThat(client.resource(updated).get()).isNotNull();
    delete(updated);
    assertThat(client.resource(updated).get()).isNull();
    assertThatThrownBy(() -> delete(updated)).satisfies(isCode(404));
  }

  private void delete(ConfigMap map) {
    client.raw(
        "/api/v1/namespaces/default/configmaps/" + map.getMetadata().getName(),
        "DELETE",
        new DeleteOptionsBuilder()
            .withNewPreconditions(
                map.getMetadata().getResourceVersion(), map.getMetadata().getUid())
            .build());
  }

  @Test
  void aDryRunIsAnsweredAndStoresNothing() {
    ConfigMap tried = client.resource(configMap("a")).dryRun().create();

    assertThat(tried.getMetadata().getName()).isEqualTo("a");
    assertThat(client.resource(tried).get()).isNull();
  }

  @Test
  void anUpdateOfAnOldVersionIsAConflict() {
    ConfigMap created = client.resource(configMap("a")).create();
    client.resource(created).edit(c -> new ConfigMapBuilder(c).addToData("x", "y").build());

    assertThatThrownBy(
            () ->
                client
                    .resource(new ConfigMapBuilder(created).addToData("x", "z").build())
                    .lockResourceVersion()
                    .update())
        .satisfies(isCode(409));
  }

  @Test
  void whatAnObjectOwnsGoesWithItAndNothingElse() {
    ConfigMap owner = client.resource(configMap("owner")).create();
    Secret owned = client.resource(ownedSecret("owned", owner)).create();
    Secret other =
        client
            .resource(new SecretBuilder().withNewMetadata().withName("other").endMetadata().build())
            .create();

    client.resource(owner).delete();

    assertThat(client.resource(owned).get()).isNull();
    assertThat(client.resource(other).get()).isNotNull();
  }

  @Test
  void aPodOnANodeIsMarkedAndStaysUntilTheNodeRemovesIt() {
    Pod created = client.resource(pod("a")).create();

    client.resource(created).delete();
    Pod ending = client.resource(created).get();

    assertThat(ending.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(7);
    assertThat(ending.getMetadata().getDeletionTimestamp()).isNotNull();
    client.resource(created).withGracePeriod(0).delete();
    assertThat(client.resource(created).get()).isNull();
  }

  private static ConfigMap configMap(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withData(Map.of())
        .build();
  }

  private static Secret ownedSecret(String name, HasMetadata owner) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .addNewOwnerReference()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  private static Pod pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName("node1")
        .withTerminationGracePeriodSeconds(7L)
        .endSpec()
        .build();
  }
}
