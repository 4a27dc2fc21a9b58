package dev.mcpsession.cli;

import io.fabric8.kubernetes.client.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select the cluster, for roles that are run by hand. */
final class ClusterOptions {
  @Mixin final KubeconfigOption kubeconfig = new KubeconfigOption();

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig. Default: its current one.")
  @Nullable String context;

  /**
   * The configuration of the cluster; if none is usable, empty and a sentence in {@code problems}.
   */
  Optional<Config> find(Map<String, String> environment, List<String> problems) {
    return kubeconfig.find(context, environment, problems);
  }
}
