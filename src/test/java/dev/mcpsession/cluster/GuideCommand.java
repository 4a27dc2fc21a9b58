package dev.mcpsession.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a guide has people type, run by a shell that finds the cluster's kubectl. */
public final class GuideCommand {
  private final Path kubeconfig;

  public GuideCommand(Cluster cluster) {
    this.kubeconfig = cluster.kubeconfig();
  }

  /**
   * Runs it.
   *
   * @return all that it says
   * @throws AssertionError if it fails
   */
  public String run(String command) throws IOException, InterruptedException {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
    shell
        .environment()
        .merge(
            "PATH", kubeconfig.resolveSibling("bin").toString(), (path, own) -> own + ":" + path);
    shell.environment().put("KUBECONFIG", kubeconfig.toString());
    Process process = shell.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(command + " failed: " + said);
    }
    return said;
  }
}
