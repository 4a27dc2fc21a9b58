package dev.mcpsession.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.process.ApiServerContact;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientFactoryTest {
  private static final String CONFIG_MAP =
      """
      {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n",
       "managedFields":[{"manager":"kubectl","operation":"Update"}]},"data":{"k":"v"}}\
      """;

  private final VirtualTime time = new VirtualTime();
  private final ApiServerContact contact = new ApiServerContact(time);
  private volatile boolean open;

  @Test
  void withAClosedGateOnlyReadsAndLeasesAreSent() {
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> new ScriptedApiServer.Reply(200, CONFIG_MAP));
        KubernetesClient client = client(server)) {
      ConfigMap map =
          new ConfigMapBuilder()
              .withNewMetadata()
              .withName("a")
              .withNamespace("n")
              .endMetadata()
              .build();
      client.configMaps().inNamespace("n").withName("a").get();
      client
          .leases()
          .inNamespace("n")
          .resource(new LeaseBuilder().withNewMetadata().withName("l").endMetadata().build())
          .create();
      assertThatExceptionOfType(KubernetesClientException.class)
          .isThrownBy(() -> client.resource(map).create())
          .withMessageContaining("does not lead: POST /api/v1/namespaces/n/configmaps");
      assertThatExceptionOfType(KubernetesClientException.class)
          .isThrownBy(() -> client.resource(map).delete());
      assertThat(server.requests)
          .containsExactly(
              "GET /api/v1/namespaces/n/configmaps/a",
              "POST /apis/coordination.k8s.io/v1/namespaces/n/leases");

      open = true;
      client.resource(map).create();
      assertThat(server.requests).last().isEqualTo("POST /api/v1/namespaces/n/configmaps");
    }
  }

  @Test
  void aWriteIsTriedOnce() {
    open = true;
    try (ScriptedApiServer server =
            new ScriptedApiServer(
                r -> ScriptedApiServer.Reply.refusal(503, "ServiceUnavailable", "busy"));
        KubernetesClient client = client(server)) {
      assertThatExceptionOfType(KubernetesClientException.class)
          .isThrownBy(
              () ->
                  client
                      .resource(
                          new ConfigMapBuilder()
                              .withNewMetadata()
                              .withName("a")
                              .withNamespace("n")
                              .endMetadata()
                              .build())
                      .create());
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void managedFieldsAreLeftOutAndEverythingElseIsRead() {
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> new ScriptedApiServer.Reply(200, CONFIG_MAP));
        KubernetesClient client = client(server)) {
      ConfigMap read = client.configMaps().inNamespace("n").withName("a").get();
      assertThat(read.getMetadata().getManagedFields()).isEmpty();
      assertThat(read.getMetadata().getAdditionalProperties()).isEmpty();
      assertThat(read.getData()).containsEntry("k", "v");
    }
  }

  @Test
  void theStatusOfANodeIsLeftOut() {
    String node =
        """
        {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "n1"},
         "spec": {"unschedulable": true},
         "status": {"images": [{"names": ["registry.example/image:1"], "sizeBytes": 1}]}}
        """;
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> new ScriptedApiServer.Reply(200, node));
        KubernetesClient client = client(server)) {
      Node read = client.nodes().withName("n1").get();
      assertThat(read.getStatus()).isNull();
      assertThat(read.getAdditionalProperties()).isEmpty();
      assertThat(read.getSpec().getUnschedulable()).isTrue();
    }
  }

  @Test
  void whatTheApiServerAnswersIsHeard() {
    try (ScriptedApiServer server =
            new ScriptedApiServer(r -> ScriptedApiServer.Reply.refusal(403, "Forbidden", "no"));
        KubernetesClient client = client(server)) {
      contact.askBy(client::getKubernetesVersion);
      time.pass(Duration.ofMinutes(1));
      assertThat(contact.away()).isEmpty();
      assertThat(server.requests).containsExactly("GET /version");
    }
  }

  private KubernetesClient client(ScriptedApiServer server) {
    return ClientFactory.build(
        server.config(), "test", () -> open, Map.of("api-server-contact", contact));
  }
}
