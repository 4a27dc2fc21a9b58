package dev.mcpsession.bench.gateway;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Programs of the machine that are measured, or measured with. */
public final class Tools {
  private Tools() {}

  /**
   * Fails if one of them is not installed.
   *
   * @throws IllegalStateException with words that say what to install
   */
  public static void require(String... programs) {
    List<String> missing =
        Stream.of(programs).filter(program -> find(program).findFirst().isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "This benchmark needs "
              + String.join(", ", missing)
              + ", not found in PATH. On Debian: apt-get install nginx wrk iptables iproute2"
              + " util-linux");
    }
  }

  /** Where it is; Debian has servers in folders that are not in everybody's PATH. */
  static String path(String program) {
    return find(program).findFirst().orElseThrow().toString();
  }

  private static Stream<Path> find(String program) {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable);
  }
}
