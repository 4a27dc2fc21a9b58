package dev.mcpsession.cluster;

import dev.mcpsession.image.ImageArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The operator's image as built by {@code mvn -Pimage package}, on the cluster's real node. Pods
 * use it with imagePullPolicy IfNotPresent.
 */
public final class OperatorImage {
  private static final String BUILD =
      "; build it: mvn -Pimage package -DskipTests [-Dimage.base=...]";
  private static @Nullable String loaded;

  private OperatorImage() {}

  /** The built image. The calling test is skipped, with the reason, if there is none. */
  public static ImageArchive built() {
    skipFor(unbuilt());
    return read();
  }

  /**
   * Loads it onto the node, once in a test run. The calling test is skipped, with the reason, if
   * something is {@link #missing}.
   *
   * @return its name, as a Pod uses it
   */
  public static synchronized String onNode() {
    skipFor(missing());
    if (loaded == null) {
      ImageArchive image = read();
      load(script(), image.file());
      loaded = image.name();
    }
    return loaded;
  }

  /** Why it cannot be loaded onto the node; empty: it can. */
  public static Optional<String> missing() {
    return unbuilt()
        .or(
            () ->
                Files.isExecutable(script())
                    ? Optional.empty()
                    : Optional.of(
                        "nothing gives the node an image: -Dcluster.scripts=FOLDER names no folder"
                            + " with load-image"));
  }

  private static void skipFor(Optional<String> reason) {
    reason.ifPresent(Assumptions::abort);
  }

  private static Optional<String> unbuilt() {
    Path tar = tar();
    if (!Files.isReadable(tar)) {
      return Optional.of("there is no image in " + tar + BUILD);
    }
    Path jar = Path.of(System.getProperty("operator.jar", "target/mcp-session-operator.jar"));
    try {
      // Tests of an image that lacks the latest build would prove nothing.
      return Files.exists(jar)
              && Files.getLastModifiedTime(tar).compareTo(Files.getLastModifiedTime(jar)) < 0
          ? Optional.of("the image in " + tar + " is older than the jar" + BUILD)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ImageArchive read() {
    try {
      return ImageArchive.read(tar());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path tar() {
    return Path.of(System.getProperty("operator.image", "target/mcp-session-operator-image.tar"))
        .toAbsolutePath();
  }

  static Path script() {
    return Path.of(System.getProperty("cluster.scripts", ""), "load-image").toAbsolutePath();
  }

  /** Runs the script that gives the node the image in this file. */
  static void load(Path script, Path tar) {
    try {
      Process process =
          new ProcessBuilder(script.toString(), tar.toString()).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(script + " failed: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
