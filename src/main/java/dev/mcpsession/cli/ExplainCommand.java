package dev.mcpsession.cli;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.explain.Explanation;
import dev.mcpsession.explain.SessionInspection;
import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.process.NotReadyReason;
import dev.mcpsession.process.Version;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * The role {@code explain}: says what the operator sees of one session, what it does next, and why.
 */
@Command(
    name = "explain",
    description = {
      "Says where a session stands, what the operator does with it now and next, and why.",
      "Reads only, with your own rights: get on the session, list on Pods, get on the Service and,"
          + " where the operator watches them, get on the Secrets that its token comes from; what"
          + " you may not read is said. Works without an operator. It asks no token issuer and"
          + " shows no secret value."
    },
    footer = {
      "",
      "Exit codes: 0 explained, 1 no such session or not readable, 2 bad command line."
    },
    versionProvider = VersionOption.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExplainCommand implements OneShotCommand {
  private static final Pattern SESSION =
      Pattern.compile(
          "(?<namespace>[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)/(?<name>[a-z0-9]([-a-z0-9]*[a-z0-9])?)");

  @Parameters(index = "0", paramLabel = "NAMESPACE/NAME", description = "The session.")
  @Nullable String session;

  @Mixin final ClusterOptions cluster = new ClusterOptions();

  @Mixin final ConfigOption configuration = new ConfigOption();

  @Override
  public Optional<Run> prepare(Map<String, String> environment, List<String> problems) {
    int before = problems.size();
    Matcher parts = SESSION.matcher(session == null ? "" : session);
    if (session != null && !parts.matches()) {
      problems.add("'" + session + "' is not NAMESPACE/NAME, such as team/alice");
    }
    Optional<OperatorConfig> operator = configuration.read(problems);
    Optional<Config> config = cluster.find(environment, problems);
    if (problems.size() > before || operator.isEmpty() || config.isEmpty() || session == null) {
      return Optional.empty();
    }
    String namespace = parts.group("namespace");
    String name = parts.group("name");
    return Optional.of(
        (out, err) -> explain(config.get(), namespace, name, operator.get(), out, err));
  }

  private static int explain(
      Config config,
      String namespace,
      String name,
      OperatorConfig operator,
      PrintWriter out,
      PrintWriter err) {
    try (KubernetesClient client = ClientFactory.shortLived(config, Version.number(), false)) {
      Instant now = Instant.now();
      Optional<SessionInspection> found =
          SessionInspection.of(client, namespace, name, operator, now);
      if (found.isEmpty()) {
        err.println(missing(client, namespace, name));
        return Main.FAILED;
      }
      SessionInspection it = found.get();
      out.print(Explanation.of(it.seen(), it.access(), now));
      out.flush();
      return Main.OK;
    } catch (KubernetesClientException e) {
      err.println(NotReadyReason.toReader(e, "get", "mcpsessions.mcpsession.dev", namespace));
      return Main.FAILED;
    }
  }

  /** The API server answers 404 for a missing object and for a missing kind. */
  private static String missing(KubernetesClient client, String namespace, String name) {
    return client.supports(McpSession.class)
        ? "There is no McpSession "
            + namespace
            + "/"
            + name
            + "; see what there is: kubectl get mcps -n "
            + namespace
        : NotReadyReason.NOT_INSTALLED;
  }
}
