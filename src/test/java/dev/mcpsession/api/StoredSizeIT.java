package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.GatewaySession;
import dev.mcpsession.cluster.StoredBytes;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** How much the API server stores for one session. */
@ClusterTest
class StoredSizeIT {
  private static final int LIMIT = 1536;

  private final Cluster cluster;

  StoredSizeIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void aSessionOfATemplateIsSmall() throws JsonProcessingException {
    McpSessionTemplate template =
        cluster
            .client()
            .resource(
                Serialization.unmarshal(
                    """
                    apiVersion: mcpsession.dev/v1alpha1
                    kind: McpSessionTemplate
                    metadata: {name: forgejo, namespace: %s}
                    spec:
                      session:
                        podTemplate:
                          spec: {containers: [{name: backend, image: "registry.example/mcp:1"}]}
                    """
                        .formatted(cluster.namespace()),
                    McpSessionTemplate.class))
            .create();
    McpSession session =
        cluster.client().resource(GatewaySession.of(template, "alice.cooper")).create();
    StoredBytes stored = StoredBytes.of(cluster.client(), session);
    System.out.println("A session of a template: " + stored);
    assertThat(stored.now()).isEqualTo(stored.beforeStatus()).isLessThan(LIMIT);
  }
}
