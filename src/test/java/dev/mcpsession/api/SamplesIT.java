package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ClusterTest
class SamplesIT {
  private final Cluster cluster;

  SamplesIT(Cluster cluster) {
    this.cluster = cluster;
  }

  /** As generic documents: read as records they would lose what the records do not know. */
  @ParameterizedTest
  @MethodSource("samples")
  void everySampleIsAcceptedToTheLetter(Path file) throws IOException {
    var sample = Serialization.unmarshal(Files.readString(file), GenericKubernetesResource.class);
    var stored =
        cluster
            .client()
            .resource(sample)
            .inNamespace(cluster.namespace())
            .fieldValidation(Validation.STRICT)
            .create();
    assertThat(stored.getKind()).isEqualTo("McpSession");
  }

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("config/samples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
