package dev.mcpsession.cluster;

import dev.mcpsession.image.ImageArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The operator's image as {@code mvn -Pimage package} left it, on the cluster's real node. Pods use
 * it with imagePullPolicy IfNotPresent.
 */
public final class OperatorImage {
  private static final String SCRIPTS = "cluster.scripts";
  private static @Nullable String loaded;

  private OperatorImage() {}

  /**
   * The built image; the calling test is skipped, with the reason, when there is none, or one that
   * is older than the jar.
   */
  public static ImageArchive require() {
    Path tar = file("operator.image", "target/mcp-session-operator-image.tar");
    Path jar = file("operator.jar", "target/mcp-session-operator.jar");
    String build = "build it: mvn -Pimage package -DskipTests [-Dimage.base=...]";
    if (!Files.isReadable(tar)) {
      Assumptions.abort("there is no image in " + tar + "; " + build);
    }
    try {
      if (Files.exists(jar)
          && Files.getLastModifiedTime(tar).compareTo(Files.getLastModifiedTime(jar)) < 0) {
        Assumptions.abort("the image in " + tar + " is older than the jar; " + build);
      }
      return ImageArchive.read(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Loads it onto the node, once in a test run. The calling test is skipped as by {@link #require},
   * and when {@code -Dcluster.scripts=FOLDER} does not name the cluster's load-image.
   *
   * @return its name, as a Pod has it
   */
  public static synchronized String onNode() {
    ImageArchive image = require();
    if (loaded == null) {
      String scripts = System.getProperty(SCRIPTS, "");
      Path load = Path.of(scripts, "load-image");
      if (scripts.isBlank() || !Files.isExecutable(load)) {
        Assumptions.abort(
            "no way to give the node an image: -D"
                + SCRIPTS
                + "=FOLDER names none with load-image");
      }
      load(load, image.file());
      loaded = image.name();
    }
    return loaded;
  }

  private static void load(Path script, Path tar) {
    try {
      Process process =
          new ProcessBuilder(script.toAbsolutePath().toString(), tar.toString())
              .redirectErrorStream(true)
              .start();
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

  private static Path file(String property, String otherwise) {
    return Path.of(System.getProperty(property, otherwise)).toAbsolutePath();
  }
}
