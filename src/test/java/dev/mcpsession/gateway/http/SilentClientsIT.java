package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.external.ExternalProgram;
import dev.mcpsession.external.NeedsProgram;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Clients that are gone without a word. Needs the rights to make a network namespace. */
class SilentClientsIT {
  @Test
  @NeedsProgram(value = "iptables", debianPackage = "iptables")
  void aClientWhosePacketsStopIsFoundWithin30Seconds() {
    ExternalProgram.Result run =
        ExternalProgram.named("unshare", "util-linux")
            .run(
                "--net",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                SilentClients.class.getName());
    Map<String, String> results =
        run.output()
            .lines()
            .filter(line -> line.startsWith("RESULT\t"))
            .map(line -> line.split("\t", -1))
            .collect(Collectors.toMap(cell -> cell[1], cell -> cell[2]));

    assertThat(results)
        .as(run.output())
        .containsEntry("lost", "3")
        .containsEntry("process that reads nothing", "open")
        .containsEntry("present", "1") // the one that reads nothing
        .containsEntry("cancelled", "1");
    assertFound(results, "stream silent at once");
    assertFound(results, "stream silent before its heartbeat");
    assertFound(results, "stream silent after its heartbeat");
    assertFound(results, "request that waits");
    assertFound(results, "idle connection");
  }

  /** Not sooner than a network may hiccup. */
  private static void assertFound(Map<String, String> results, String name) {
    assertThat(Integer.parseInt(results.get(name)))
        .as("milliseconds until the end of a %s: %s", name, results)
        .isBetween(10_000, 30_500);
  }
}
