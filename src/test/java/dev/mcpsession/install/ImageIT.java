package dev.mcpsession.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.OperatorImage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The image on a real node, as config/default runs it. */
@ClusterTest
class ImageIT {
  private static final Duration SOON = Duration.ofMinutes(2);

  private static String image;
  private static InstalledOperator operator;

  @BeforeAll
  static void install(Cluster cluster) throws Exception {
    image = OperatorImage.onNode();
    operator = InstalledOperator.apply(cluster, image);
    await()
        .atMost(SOON)
        .until(
            () -> Integer.valueOf(2).equals(operator.deployment().getStatus().getReadyReplicas()));
  }

  @Test
  void ofTwoReplicasOneLeadsAndOneStandsBy() {
    List<String> answers =
        operator.pods().stream().map(pod -> operator.get(pod, "/readyz").strip()).sorted().toList();
    assertThat(answers).hasSize(2);
    assertThat(answers.getFirst()).startsWith("ok: standby of mcp-session-operator-");
    assertThat(answers.getLast()).isEqualTo("ok: works on sessions");
  }

  @Test
  void aSessionIsServedByARealPod() throws Exception {
    McpSession bob =
        Serialization.unmarshal(
            Files.readString(Path.of("config/samples/token.yaml")), McpSession.class);
    var sessions = operator.client().resources(McpSession.class).inNamespace(operator.sessions());
    sessions.resource(bob).create();
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> "bob-1".equals(sessions.withName("bob").get().getStatus().podName()));
    Pod pod = operator.client().pods().inNamespace(operator.sessions()).withName("bob-1").get();
    assertThat(Readiness.isPodReady(pod)).isTrue();
    assertThat(pod.getSpec().getNodeName())
        .isEqualTo(operator.pods().getFirst().getSpec().getNodeName());
  }

  @Test
  void theRootFileSystemCannotBeWrittenTo() throws Exception {
    String said = exec("java", "-Xmx16m", "-Xlog:gc:file=/app/gc.log", "-version");
    assertThat(said).contains("/app/gc.log", "Read-only file system");
  }

  @Test
  void theJvmTakesItsClassesFromTheAotCache() {
    assumeTrue(
        OperatorImage.built().texts("Entrypoint").stream()
            .anyMatch(option -> option.startsWith("-XX:AOTCache=")),
        "the image was built with -Dimage.aot=false");
    // With "on" the JVM does not start if it cannot use the cache.
    String said = run("cached", "-XX:AOTMode=on -Xlog:aot");
    assertThat(said).contains("Opened AOT cache /app/", "Using AOT-linked classes: true");
  }

  @Test
  void withoutAUsableCacheItStartsAllTheSame() {
    // A cache is of no use to a JVM with other object headers.
    assertThat(run("refused", "-XX:+UseCompactObjectHeaders")).contains("mcp-session-operator ");
  }

  @Test
  void theJvmsDefaultsAreOverriddenByJavaToolOptions() {
    assertThat(run("options", "-XX:MaxRAMPercentage=25 -XX:+PrintFlagsFinal"))
        .containsPattern("MaxRAMPercentage += 25\\.0+ .*environment")
        .containsPattern("ExitOnOutOfMemoryError += true .*config file");
  }

  /** The version that the image's own command prints. */
  private static String run(String name, String javaToolOptions) {
    Pod template = operator.pods().getFirst();
    Pod pod =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: %s}
            spec:
              restartPolicy: Never
              containers:
              - name: version
                image: "%s"
                imagePullPolicy: IfNotPresent
                args: [--version]
                env: [{name: JAVA_TOOL_OPTIONS, value: "%s"}]
                resources: {limits: {memory: 512Mi}}
            """
                .formatted(name, image, javaToolOptions),
            Pod.class);
    pod.getSpec().setSecurityContext(template.getSpec().getSecurityContext());
    pod.getSpec()
        .getContainers()
        .getFirst()
        .setSecurityContext(template.getSpec().getContainers().getFirst().getSecurityContext());
    var made = operator.client().pods().inNamespace(operator.namespace()).resource(pod);
    made.create();
    Pod ended =
        made.waitUntilCondition(
            p -> List.of("Succeeded", "Failed").contains(p.getStatus().getPhase()),
            SOON.toSeconds(),
            TimeUnit.SECONDS);
    String said = made.getLog();
    assertThat(ended.getStatus().getPhase()).as(said).isEqualTo("Succeeded");
    return said;
  }

  private static String exec(String... command) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (ExecWatch exec =
        operator
            .client()
            .pods()
            .inNamespace(operator.namespace())
            .withName(operator.pods().getFirst().getMetadata().getName())
            .writingOutput(said)
            .writingError(said)
            .exec(command)) {
      exec.exitCode().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
