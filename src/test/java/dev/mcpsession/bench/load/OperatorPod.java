package dev.mcpsession.bench.load;

import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The operator as a Pod of its image, with the container of config/manager, on a node whose
 * processes this machine sees.
 */
public final class OperatorPod implements AutoCloseable {
  private static final String NAME = "operator";

  private final PodResource pod;
  private final String uid;
  private final HttpClient http;
  private final long created;

  private OperatorPod(PodResource pod, String uid, HttpClient http, long created) {
    this.pod = pod;
    this.uid = uid;
    this.http = http;
    this.created = created;
  }

  /**
   * Returns before it is ready.
   *
   * @param command in place of the image's; empty: the image's
   * @param javaToolOptions may be empty
   */
  public static OperatorPod start(
      Arena arena, String image, List<String> command, String javaToolOptions) throws IOException {
    KubernetesClient client = arena.client();
    Deployment deployment;
    try (InputStream manifest = Files.newInputStream(Path.of("config/manager/deployment.yaml"))) {
      deployment = client.apps().deployments().load(manifest).item();
    }
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(NAME)
            .withNamespace(arena.namespace())
            .endMetadata()
            .withSpec(deployment.getSpec().getTemplate().getSpec())
            .editSpec()
            .withServiceAccountName(Arena.ACCOUNT)
            .withTopologySpreadConstraints()
            .withVolumes(
                deployment.getSpec().getTemplate().getSpec().getVolumes().stream()
                    .filter(volume -> volume.getConfigMap() == null)
                    .toList())
            .editFirstContainer()
            .withImage(image)
            .withCommand(command)
            .withArgs("operator", "--leader-election", "auto", "--namespace", arena.namespace())
            .removeMatchingFromVolumeMounts(mount -> !mount.getName().equals("tmp"))
            .addToEnv(
                new EnvVarBuilder()
                    .withName("JAVA_TOOL_OPTIONS")
                    .withValue(javaToolOptions)
                    .build())
            .endContainer()
            .endSpec()
            .build();
    HttpClient http = HttpClient.newHttpClient();
    PodResource resource = client.pods().inNamespace(arena.namespace()).resource(pod);
    long before = System.nanoTime();
    String uid = resource.create().getMetadata().getUid();
    return new OperatorPod(resource, uid, http, before);
  }

  /** The time from the Pod's creation until /readyz returned 200, polled every 10 ms. */
  public Duration awaitReady() {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofMinutes(1))
        .until(() -> pod.get().getStatus().getPodIP() != null);
    URI readyz = URI.create("http://" + pod.get().getStatus().getPodIP() + ":8080/readyz");
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofMinutes(3))
        .until(() -> isReady(readyz));
    return Duration.ofNanos(System.nanoTime() - created);
  }

  private boolean isReady(URI readyz) throws InterruptedException {
    try {
      return http.send(
                  HttpRequest.newBuilder(readyz).timeout(Duration.ofSeconds(2)).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notListeningYet) {
      return false;
    }
  }

  /** Resident memory of the JVM, as Linux counts it. */
  public double residentMiB() throws IOException {
    return Files.readAllLines(process().resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .sum();
  }

  /** CPU seconds of the JVM since its start, by clock ticks of 10 ms. */
  public double cpuSeconds() throws IOException {
    String stat = Files.readString(process().resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  /** The folder in /proc: the process named java in the Pod's control group. */
  private Path process() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(this::isOurs)
          .findFirst()
          .orElseThrow(() -> new IOException("the node of Pod " + uid + " is not on this machine"));
    }
  }

  private boolean isOurs(Path process) {
    try {
      return Files.readString(process.resolve("cgroup")).contains(uid)
          && Files.readString(process.resolve("comm")).strip().equals("java");
    } catch (IOException ended) {
      return false;
    }
  }

  /** Ends it with SIGTERM, as a rollout does; waits until it is gone. */
  @Override
  public void close() {
    pod.delete();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(Duration.ofMinutes(1))
        .until(() -> pod.get() == null);
    http.close();
  }
}
