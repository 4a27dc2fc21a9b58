package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cli.OperatorChild;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ImageWithoutUser;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
    for (String document : documents(file)) {
      var sample = Serialization.unmarshal(document, GenericKubernetesResource.class);
      var stored =
          cluster
              .client()
              .resource(sample)
              .inNamespace(cluster.namespace())
              .fieldValidation(Validation.STRICT)
              .create();
      assertThat(stored.getKind()).isIn("McpSession", "McpSessionTemplate");
    }
  }

  /** Docker Hub's busybox names no user, as most images do, and then runAsNonRoot refuses it. */
  @Test
  void everySampleServesWithAnImageThatNamesNoUser() throws IOException {
    String namespace = cluster.newNamespace();
    String image = ImageWithoutUser.onNode();
    List<String> names = new ArrayList<>();
    for (Path file : samples()) {
      String sample = Files.readString(file);
      assertThat(sample).contains("image: busybox:1.35");
      for (String document : documents(file)) {
        Class<? extends HasMetadata> type =
            document.contains("kind: McpSessionTemplate\n")
                ? McpSessionTemplate.class
                : McpSession.class;
        HasMetadata object =
            Serialization.unmarshal(
                document.replace("image: busybox:1.35", "image: " + image), type);
        cluster.client().resource(object).inNamespace(namespace).create();
        if (object instanceof McpSession) {
          names.add(object.getMetadata().getName());
          // The sample that is suspended shows how it is started.
          MergePatch.apply(session(namespace, names.getLast()), "{spec: {suspend: false}}");
        }
      }
    }
    try (OperatorChild operator =
        OperatorChild.start(
            Map.of(), "--kubeconfig", cluster.kubeconfig().toString(), "--namespace", namespace)) {
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () ->
                  assertThat(names)
                      .as(operator.log())
                      .allSatisfy(name -> assertThat(ready(namespace, name)).isEqualTo("Serving")));
    }
  }

  /** The reason of Ready, and its message if it is not Serving. */
  private String ready(String namespace, String name) {
    McpSessionStatus status = session(namespace, name).get().getStatus();
    if (status == null || status.conditions() == null) {
      return "no status";
    }
    Condition ready = status.conditions().getFirst();
    return ready.isTrue() ? ready.reason() : ready.reason() + ": " + ready.message();
  }

  private Resource<McpSession> session(String namespace, String name) {
    return cluster.client().resources(McpSession.class).inNamespace(namespace).withName(name);
  }

  private static List<String> documents(Path file) throws IOException {
    return List.of(Files.readString(file).split("(?m)^---\n"));
  }

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("config/samples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}
