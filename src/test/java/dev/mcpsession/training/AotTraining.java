package dev.mcpsession.training;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.embedded.EmbeddedCluster;
import dev.mcpsession.embedded.ProcessNode;
import dev.mcpsession.image.ImageArchive;
import dev.mcpsession.image.UnpackedImage;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Makes the AOT cache of the image (JEP 483, 514, 515): the JRE of the image runs the operator from
 * the image's files, in front of an embedded API server, and records the classes and profiles that
 * one session's life needs. {@code mvn -Pimage package} runs it in the project's folder.
 */
public final class AotTraining {
  /** The limit for each step; on a busy machine some take half a minute. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String SESSION =
      """
      apiVersion: mcpsession.dev/v1alpha1
      kind: McpSession
      metadata: {name: trainee}
      spec:
        user: trainee
        port: 18080
        drainSeconds: 0
        token: {env: TOKEN, secret: {name: trainee-token, tokenKey: token, expiresAtKey: expiresAt}}
        podTemplate:
          spec:
            containers: [{name: backend, image: "none:1", env: [{name: MCP_USER, value: trainee}]}]
      """;

  private static final String SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: trainee-token, labels: {mcpsession.dev/token-source: "true"}}
      data: {token: bm9uZQ==, expiresAt: MjA5OS0wMS0wMVQwMDowMDowMFo=}
      """;

  private AotTraining() {}

  /**
   * Exits with 0 if the cache was made, else with 1.
   *
   * @param arguments the image, a folder to work in, and where to write the cache
   */
  public static void main(String... arguments) {
    Path cache = Path.of(arguments[2]).toAbsolutePath();
    try {
      train(Path.of(arguments[0]), Path.of(arguments[1]).toAbsolutePath(), cache);
      System.out.printf("AOT cache: %d MiB%n", Files.size(cache) >> 20);
      System.exit(0);
    } catch (IOException | RuntimeException e) {
      System.err.printf(
          """
          The image's AOT cache could not be made: %s
          It is made by the JRE of the base image (-Dimage.base), which needs a machine with that image's \
          operating system, processor and C library, and Java 25. Without a cache the image works as well and \
          starts slower: -Dimage.aot=false
          """,
          e.getMessage());
      System.exit(1);
    }
  }

  private static void train(Path image, Path work, Path cache) throws IOException {
    UnpackedImage unpacked = new UnpackedImage(work.resolve("root"), ImageArchive.read(image));
    unpacked.image().unpack(unpacked.root());
    // The JVM puts a temporary file beside it, which must not be in the image.
    Path written = work.resolve(cache.getFileName());
    try (EmbeddedCluster cluster = EmbeddedCluster.startSecure(Path.of("crds"));
        KubernetesClient client = cluster.newClient();
        ProcessNode node = ProcessNode.start(client)) {
      Path kubeconfig = Files.writeString(work.resolve("kubeconfig"), cluster.kubeconfig());
      try (Trainee operator = Trainee.start(unpacked, kubeconfig, written)) {
        expect("the operator is ready", () -> operator.answers("/readyz"));
        live(client);
        expect("the metrics are there", () -> operator.answers("/metrics"));
        operator.end();
      }
    }
    if (!Files.isRegularFile(written)) {
      throw new IOException("the JVM wrote none; its words are in " + work);
    }
    Files.move(written, cache);
  }

  /** Runs a session's life: its start, a replacement, activity and its end. */
  private static void live(KubernetesClient client) {
    client.resource(Serialization.unmarshal(SECRET, Secret.class)).create();
    Resource<McpSession> session =
        client.resource(Serialization.unmarshal(SESSION, McpSession.class));
    session.create();
    expect("revision 1 serves", () -> serves(session, 1));
    annotate(session, Names.LAST_ACTIVE);
    annotate(session, Names.RESTARTED_AT);
    expect("revision 2 serves", () -> serves(session, 2));
    session.delete();
    expect("its Pods are gone", () -> client.pods().list().getItems().isEmpty());
  }

  private static boolean serves(Resource<McpSession> session, int revision) {
    var status = session.get().getStatus();
    return status != null
        && status.podName() != null
        && Integer.valueOf(revision).equals(status.revision());
  }

  private static void annotate(Resource<McpSession> session, String annotation) {
    session.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(annotation, Instant.now()));
  }

  private static void expect(String what, Callable<Boolean> seen) {
    try {
      Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(PATIENCE).until(seen);
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException(
          "not seen within %d s: %s".formatted(PATIENCE.toSeconds(), what), e);
    }
  }
}
