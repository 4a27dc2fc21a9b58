package dev.mcpsession.cli;

import dev.mcpsession.kube.Kubeconfig;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the kubeconfig file, for all roles. */
final class KubeconfigOption {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Which cluster, and as whom. Default: as kubectl ($KUBECONFIG, ~/.kube/config,"
              + " in-cluster).")
  @Nullable Path kubeconfig;

  /**
   * The configuration of the cluster; if none is usable, empty and a sentence in {@code problems}.
   *
   * @param context the context of the kubeconfig; null: its current one
   */
  Optional<Config> find(
      @Nullable String context, Map<String, String> environment, List<String> problems) {
    try {
      return Optional.of(Kubeconfig.find(kubeconfig, context, isInCluster(environment)));
    } catch (Kubeconfig.UnusableException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  /** Whether this process runs in a Pod. */
  static boolean isInCluster(Map<String, String> environment) {
    return environment.containsKey("KUBERNETES_SERVICE_HOST");
  }
}
