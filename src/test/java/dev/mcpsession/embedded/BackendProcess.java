package dev.mcpsession.embedded;

import dev.mcpsession.api.Names;
import dev.mcpsession.resources.SessionPod;
import dev.mcpsession.sample.SampleBackend;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Pod's backend container as a process of this machine. Whatever its image is, the process is the
 * sample backend; of the spec it takes the readiness probe's port, the variables with values and
 * the mounted Secrets.
 */
final class BackendProcess {
  private static final int CONNECT_MILLIS = 200;

  private final Pod pod;
  private final Container container;
  private final int port;
  private final String address;
  private final Path directory;
  private volatile @Nullable Process process;
  private volatile boolean ending;

  /**
   * @param address where the process listens: the Pod's IP
   * @param directory of this Pod alone; removed by {@link #clean}
   */
  BackendProcess(Pod pod, String address, Path directory) {
    this.pod = pod;
    this.container = SessionPod.backendOf(pod.getSpec()).orElseThrow();
    this.port = portOf(pod);
    this.address = address;
    this.directory = directory;
  }

  static int portOf(Pod pod) {
    Probe probe = SessionPod.backendOf(pod.getSpec()).orElseThrow().getReadinessProbe();
    if (probe == null || probe.getTcpSocket() == null) {
      throw new IllegalArgumentException("this node knows only TCP readiness probes");
    }
    return probe.getTcpSocket().getPort().getIntVal();
  }

  /**
   * Starts the process. Does nothing, and says false, while a Secret that it mounts is missing, and
   * after {@link #end}.
   */
  synchronized boolean start(KubernetesClient client) throws IOException {
    if (ending) {
      return false;
    }
    Files.createDirectories(directory);
    Optional<Path> token = mountSecrets(client);
    if (token.isEmpty()) {
      return false;
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx32m",
                "-cp",
                classPath(),
                SampleBackend.class.getName()));
    Map<String, String> env = builder.environment();
    env.clear();
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValue() != null) {
        env.put(variable.getName(), variable.getValue());
      }
    }
    env.put("HOSTNAME", pod.getMetadata().getName());
    env.put("BIND_ADDRESS", address);
    env.put("PORT", Integer.toString(port));
    env.put("TOKEN_FILE", token.get().toString());
    env.put("PARENT_PID", Long.toString(ProcessHandle.current().pid()));
    process =
        builder
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    return true;
  }

  private static String classPath() {
    try {
      return Path.of(
              SampleBackend.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The token's path, whether it exists or not; empty while a Secret is missing. */
  private Optional<Path> mountSecrets(KubernetesClient client) throws IOException {
    Path token = directory.resolve(Names.TOKEN_KEY);
    for (Volume volume : pod.getSpec().getVolumes()) {
      if (volume.getSecret() == null) {
        continue;
      }
      Secret secret =
          client
              .secrets()
              .inNamespace(pod.getMetadata().getNamespace())
              .withName(volume.getSecret().getSecretName())
              .get();
      if (secret == null) {
        return Optional.empty();
      }
      Path mount = Files.createDirectories(directory.resolve(volume.getName()));
      for (Map.Entry<String, String> item : secret.getData().entrySet()) {
        Path file = mount.resolve(item.getKey());
        Files.write(file, Base64.getDecoder().decode(item.getValue()));
        if (item.getKey().equals(Names.TOKEN_KEY)) {
          token = file;
        }
      }
    }
    return Optional.of(token);
  }

  Container container() {
    return container;
  }

  String address() {
    return address;
  }

  Pod pod() {
    return pod;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether {@link #end} was called. */
  boolean isEnding() {
    return ending;
  }

  /** SIGTERM. */
  synchronized void end() {
    ending = true;
    if (process != null) {
      process.destroy();
    }
  }

  /** SIGKILL, if it still runs. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Called once it has ended, with its exit code; at once, with 0, if it never started. */
  void onExit(IntConsumer listener) {
    if (process == null) {
      listener.accept(0);
    } else {
      var unused = process.onExit().thenAccept(ended -> listener.accept(ended.exitValue()));
    }
  }

  void awaitExit(Duration timeout) {
    try {
      if (process != null) {
        process.waitFor(timeout);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The readiness probe. */
  boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes its files, the token among them. */
  synchronized void clean() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("cannot remove " + directory + ": " + e.getMessage());
    }
  }
}
