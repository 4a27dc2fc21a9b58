package dev.mcpsession.cli;

import io.fabric8.kubernetes.client.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a role that is run by hand works for. */
final class ClusterOptions {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Which cluster, and as whom. Default: as kubectl ($KUBECONFIG, ~/.kube/config,"
              + " in-cluster).")
  @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig. Default: its current one.")
  @Nullable String context;

  /** Nothing when there is no usable one, with a sentence that says why. */
  Optional<Config> find(Map<String, String> environment, List<String> problems) {
    return find(kubeconfig, context, environment.containsKey("KUBERNETES_SERVICE_HOST"), problems);
  }

  /** As {@link #find(Map, List)}, for a role with options of its own. */
  static Optional<Config> find(
      @Nullable Path kubeconfig,
      @Nullable String context,
      boolean inCluster,
      List<String> problems) {
    try {
      return Optional.of(Kubeconfig.find(kubeconfig, context, inCluster));
    } catch (Kubeconfig.UnusableException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }
}
