package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.config.InvalidConfigException;
import dev.mcpsession.config.OperatorConfig;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/tokens.md} tells people to write is accepted to the letter. */
@ClusterTest
class TokensGuideIT {
  private static final Pattern BLOCK =
      Pattern.compile("^( *)```yaml\n(.*?)^ *```$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final String SESSION =
      """
      apiVersion: mcpsession.dev/v1alpha1
      kind: McpSession
      metadata: {generateName: guide-}
      spec:
        user: alice
        podTemplate: {spec: {containers: [{name: backend, image: registry.example/forgejo-mcp:1.4}]}}
      """;

  private final Cluster cluster;

  TokensGuideIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void theConfigurationIsOne() throws IOException, InvalidConfigException {
    assertThat(blocks("tokenEndpoints:")).hasSize(1);
    OperatorConfig config = OperatorConfig.parse(blocks("tokenEndpoints:").getFirst());
    assertThat(config.tokenEndpoints().allowed()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void everySessionIsAccepted(String manifest) {
    var session = Serialization.unmarshal(manifest, GenericKubernetesResource.class);
    var stored =
        cluster
            .client()
            .resource(session)
            .inNamespace(cluster.namespace())
            .fieldValidation(Validation.STRICT)
            .create();
    assertThat(stored.getKind()).isEqualTo("McpSession");
  }

  static List<String> sessions() throws IOException {
    List<String> manifests =
        Stream.concat(
                blocks("apiVersion:").stream(),
                blocks("token:").stream().map(token -> SESSION + token.indent(2)))
            .toList();
    assertThat(manifests).hasSize(4);
    return manifests;
  }

  /** Without the indentation that Markdown wants of a list's blocks. */
  private static List<String> blocks(String beginning) throws IOException {
    return BLOCK
        .matcher(Files.readString(Path.of("docs/tokens.md")))
        .results()
        .map(block -> block.group(2).indent(-block.group(1).length()))
        .filter(block -> block.lines().anyMatch(line -> line.startsWith(beginning)))
        .toList();
  }
}
