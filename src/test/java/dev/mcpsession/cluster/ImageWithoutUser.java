package dev.mcpsession.cluster;

import dev.mcpsession.image.ImageArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Busybox as a registry has it: its image names no user, and so it runs as root. */
public final class ImageWithoutUser {
  private ImageWithoutUser() {}

  /**
   * Loads it onto the node. The calling test is skipped, with the reason, if nothing can.
   *
   * @return its name, as a Pod uses it
   */
  public static String onNode() throws IOException {
    Path script = OperatorImage.script();
    Path busybox = script.resolveSibling("images").resolve("busybox.tar");
    if (!Files.isExecutable(script) || !Files.isReadable(busybox)) {
      Assumptions.abort(
          "-Dcluster.scripts=FOLDER names no folder with load-image and images/busybox.tar");
    }
    Path tar = Files.createTempFile("busybox-without-user", ".tar");
    try {
      ImageArchive image =
          ImageArchive.read(busybox).withoutUser(tar, "docker.io/library/busybox-of-root:1.35");
      OperatorImage.load(script, tar);
      return image.name();
    } finally {
      Files.delete(tar);
    }
  }
}
