package dev.mcpsession.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real kubectl: the one next to the kubeconfig, else the one on the PATH. */
public final class Kubectl {
  private final Path kubeconfig;

  public Kubectl(Cluster cluster) {
    this.kubeconfig = cluster.kubeconfig();
  }

  /** Its output and exit code. */
  public record Result(int code, String output) {}

  /** Runs it for at most that many seconds. */
  public Result run(int seconds, String... arguments) throws IOException, InterruptedException {
    Path beside = kubeconfig.resolveSibling("bin").resolve("kubectl");
    List<String> command = new ArrayList<>();
    command.add(Files.isExecutable(beside) ? beside.toString() : "kubectl");
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("kubectl", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("kubectl still runs: " + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
