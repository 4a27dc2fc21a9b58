package dev.mcpsession.cli;

import io.fabric8.kubernetes.client.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster a role that is run by hand works for. */
final class ClusterOptions {
  @Mixin final KubeconfigOption kubeconfig = new KubeconfigOption();

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig. Default: its current one.")
  @Nullable String context;

  /** Nothing when there is no usable one, with a sentence that says why. */
  Optional<Config> find(Map<String, String> environment, List<String> problems) {
    return kubeconfig.find(context, environment, problems);
  }
}
