package dev.mcpsession.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.sample.McpClient;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods as processes. */
final class ProcessNodeTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final int port = LoopbackAddresses.freePort(8080);
  private EmbeddedCluster cluster;
  private KubernetesClient client;
  private ProcessNode node;

  @BeforeEach
  void start() throws Exception {
    cluster = EmbeddedCluster.start(Path.of("crds"));
    client = cluster.newClient();
    node = ProcessNode.start(client);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    client.close();
    cluster.close();
    await("no process is left").atMost(SOON).until(() -> backends().isEmpty());
  }

  @Test
  void twoPodsServeOnTheSamePortOfTheirOwnAddresses() {
    makeSecret("first", "one");
    makeSecret("second", "three");
    client.resource(pod("first")).create();
    client.resource(pod("second")).create();

    String first = whoami("first");
    String second = whoami("second");

    assertThat(first).contains("host: first").contains("tokenLength: 3");
    assertThat(second).contains("host: second").contains("tokenLength: 5");
  }

  @Test
  void aPodWaitsForItsSecret() {
    client.resource(pod("first")).create();
    await().atMost(SOON).until(() -> "Pending".equals(phase("first")));
    assertThat(backends()).isEmpty();

    makeSecret("first", "one");

    assertThat(whoami("first")).contains("tokenLength: 3");
  }

  @Test
  void aDeletedPodStaysUntilItsProcessHasEnded() {
    makeSecret("first", "one");
    client.resource(pod("first")).create();
    whoami("first");

    client.pods().withName("first").delete();

    assertThat(client.pods().withName("first").get().isMarkedForDeletion()).isTrue();
    await().atMost(SOON).until(() -> client.pods().withName("first").get() == null);
    assertThat(backends()).isEmpty();
  }

  @Test
  void aBackendThatEndsByItselfFailsItsPod() {
    makeSecret("first", "one");
    client.resource(pod("first")).create();
    whoami("first");

    backends().forEach(ProcessHandle::destroyForcibly);

    await().atMost(SOON).until(() -> "Failed".equals(phase("first")));
  }

  private String whoami(String pod) {
    await().atMost(SOON).until(() -> isReady(pod));
    String address = client.pods().withName(pod).get().getStatus().getPodIP();
    return new McpClient(URI.create("http://" + address + ":" + port + "/mcp")).whoami();
  }

  private boolean isReady(String pod) {
    return client.pods().withName(pod).isReady();
  }

  private String phase(String pod) {
    Pod found = client.pods().withName(pod).get();
    return found.getStatus() == null ? null : found.getStatus().getPhase();
  }

  private static List<ProcessHandle> backends() {
    return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
  }

  private void makeSecret(String name, String token) {
    String value = Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToData("token", value)
                .build())
        .create();
  }

  private Pod pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("backend")
        .withImage("any")
        .withNewReadinessProbe()
        .withNewTcpSocket()
        .withPort(new IntOrString(port))
        .endTcpSocket()
        .endReadinessProbe()
        .endContainer()
        .addNewVolume()
        .withName("token")
        .withNewSecret()
        .withSecretName(name)
        .endSecret()
        .endVolume()
        .withTerminationGracePeriodSeconds(5L)
        .endSpec()
        .build();
  }
}
