package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.cluster.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A ValidatingAdmissionPolicy of the chart and its binding, for the namespace of one test class.
 */
final class InstalledPolicy implements AutoCloseable {
  private final KubernetesClient client;
  private final List<HasMetadata> objects;

  private InstalledPolicy(KubernetesClient client, List<HasMetadata> objects) {
    this.client = client;
    this.objects = objects;
  }

  /**
   * Installed, and in force.
   *
   * @param name the one below {@code admission} in the values
   * @param values further ones of that policy, as a flow mapping's content
   * @param refused a request that is refused once the policy is in force
   */
  static InstalledPolicy of(Cluster cluster, String name, String values, Runnable refused) {
    String namespace = cluster.namespace();
    Manifests chart =
        Chart.rendered(
            namespace,
            """
            admission:
              %s:
                enabled: true
                namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
                %s
            """
                .formatted(name, namespace, values));
    return of(cluster, chart, "", refused);
  }

  /**
   * The same, of a chart as it was rendered.
   *
   * @param suffix of the policy's name
   */
  static InstalledPolicy of(Cluster cluster, Manifests chart, String suffix, Runnable refused) {
    List<HasMetadata> objects =
        chart.objects().stream()
            .filter(it -> it.path("kind").asText().startsWith("ValidatingAdmissionPolicy"))
            .filter(it -> it.at("/metadata/name").asText().endsWith(suffix))
            .map(InstalledPolicy::object)
            .toList();
    assertThat(objects).hasSize(2);
    var policy = new InstalledPolicy(cluster.client(), objects);
    try {
      objects.forEach(it -> cluster.client().resource(it).create());
      await().atMost(Duration.ofMinutes(1)).until(() -> isRefused(refused));
    } catch (ConditionTimeoutException e) {
      policy.close();
      throw e;
    }
    return policy;
  }

  private static HasMetadata object(JsonNode manifest) {
    return Serialization.unmarshal(manifest.toString(), HasMetadata.class);
  }

  private static boolean isRefused(Runnable request) {
    try {
      request.run();
      return false;
    } catch (KubernetesClientException e) {
      assertThat(e).hasMessageContaining("ValidatingAdmissionPolicy");
      return true;
    }
  }

  @Override
  public void close() {
    objects.forEach(it -> client.resource(it).delete());
  }
}
