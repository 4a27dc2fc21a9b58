package dev.mcpsession.cli;

import dev.mcpsession.cleanup.HelmUninstall;
import dev.mcpsession.cleanup.SessionCleanup;
import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.process.NotReadyReason;
import dev.mcpsession.process.Version;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The role {@code cleanup}: deletes sessions while an operator can still release them. */
@Command(
    name = "cleanup",
    description = {
      "Deletes every McpSession and waits until all are gone, so that an operator that still runs"
          + " can revoke their tokens and remove its finalizers. Run it before the operator is"
          + " uninstalled.",
      "Then it deletes the PodDisruptionBudgets that the operator made. Needs list and delete on"
          + " mcpsessions and poddisruptionbudgets."
    },
    footer = {
      "",
      "Exit codes: 0 none is left, 1 some are left or cannot be deleted, 2 bad command line."
    },
    versionProvider = VersionOption.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CleanupCommand implements OneShotCommand {
  @Mixin final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--namespace",
      paramLabel = "NS",
      description =
          "Delete only the sessions of this namespace; can be repeated. Default: all namespaces.")
  Set<String> namespaces = new LinkedHashSet<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait until all are gone. Default: ${DEFAULT-VALUE}.")
  int timeout;

  @Option(
      names = "--only-while-helm-uninstalls",
      paramLabel = "NS/RELEASE/REVISION",
      description =
          "Delete nothing unless Helm is uninstalling this release. For the hook of the Helm chart,"
              + " which somebody may also render and apply without Helm.")
  @Nullable String release;

  @Override
  public Optional<Run> prepare(Map<String, String> environment, List<String> problems) {
    int before = problems.size();
    ServerOptions.checkNamespaces(namespaces, problems);
    if (timeout < 1) {
      problems.add("--timeout: " + timeout + " is not a number of seconds of at least 1");
    }
    Optional<HelmUninstall> uninstall = Optional.ofNullable(release).flatMap(HelmUninstall::parse);
    if (release != null && uninstall.isEmpty()) {
      problems.add(
          "--only-while-helm-uninstalls: "
              + release
              + " is not the namespace, the name and the revision of a release, such as ns/mcp/1");
    }
    Optional<Config> config = cluster.find(environment, problems);
    return problems.size() > before || config.isEmpty()
        ? Optional.empty()
        : Optional.of((out, err) -> cleanUp(config.get(), uninstall, out, err));
  }

  private int cleanUp(
      Config config, Optional<HelmUninstall> uninstall, PrintWriter out, PrintWriter err) {
    try (KubernetesClient client = ClientFactory.shortLived(config, Version.number(), true)) {
      Optional<String> refusal = uninstall.flatMap(it -> it.refusal(client));
      if (refusal.isPresent()) {
        err.println(refusal.get());
        return Main.FAILED;
      }
      List<String> left =
          new SessionCleanup(client, namespaces, out, System::nanoTime)
              .run(Duration.ofSeconds(timeout));
      left.forEach(err::println);
      return left.isEmpty() ? Main.OK : Main.FAILED;
    } catch (KubernetesClientException e) {
      err.println(
          NotReadyReason.toReader(
              e,
              "list and delete",
              "mcpsessions.mcpsession.dev and poddisruptionbudgets.policy",
              namespaces.isEmpty() ? null : String.join(", ", namespaces)));
      return Main.FAILED;
    } catch (InterruptedException e) {
      return Main.FAILED;
    }
  }
}
