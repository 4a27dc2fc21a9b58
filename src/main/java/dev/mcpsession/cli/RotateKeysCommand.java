package dev.mcpsession.cli;

import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.process.Version;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.kubernetes.KeysSecret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gateway rotate-keys}: adds keys of sign-in, which all replicas then use. */
@Command(
    name = RotateKeysCommand.NAME,
    description = {
      "Adds a key that signs access tokens, and one that seals what clients and browsers keep. All"
          + " replicas use them 30 seconds later, and nobody has to sign in again.",
      "Keys whose successor has been in use for signIn.absoluteSeconds are removed. Needs get and"
          + " patch on the Secret that signIn.keysSecretName names, in signIn.namespace; without"
          + " that in $POD_NAMESPACE, or the namespace of the kubeconfig."
    },
    footer = {
      "",
      "Exit codes: 0 added, 1 the Secret cannot be read or stored, 2 bad command line."
    },
    versionProvider = VersionOption.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RotateKeysCommand implements OneShotCommand {
  static final String NAME = "rotate-keys";

  @Mixin final KubeconfigOption kubeconfig = new KubeconfigOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The gateway's configuration, a YAML file with signIn.")
  @Nullable Path config;

  /**
   * Which Secret, and how.
   *
   * @param keepFor as of {@link SignInKeys#rotated}
   */
  record Rotating(Config cluster, String namespace, String secret, Duration keepFor)
      implements Run {
    @Override
    public int run(PrintWriter out, PrintWriter err) {
      try (KubernetesClient client = ClientFactory.shortLived(cluster, Version.number(), true)) {
        KeysSecret keys =
            new KeysSecret(client, namespace, secret, InstantSource.system(), new SecureRandom());
        report(keys, keys.rotate(keepFor), out);
        return Main.OK;
      } catch (StoreException e) {
        err.println(e.getMessage());
        return Main.FAILED;
      }
    }

    private static void report(KeysSecret secret, SignInKeys.Rotation rotation, PrintWriter out) {
      out.println(
          "Added keys "
              + String.join(" and ", rotation.added())
              + " to "
              + secret
              + "; all replicas use them from "
              + rotation.usedFrom()
              + " on.");
      List<String> removed = rotation.removed();
      out.println(
          removed.isEmpty()
              ? "The older keys are still needed."
              : "Removed keys that nothing needs any more: " + String.join(", ", removed) + ".");
    }
  }

  @Override
  public Optional<Run> prepare(Map<String, String> environment, List<String> problems) {
    int before = problems.size();
    Optional<GatewayConfig> parsed =
        config == null
            ? Optional.empty()
            : ConfigOption.read(config, GatewayConfig::read, problems);
    if (parsed.isPresent() && parsed.get().signIn().isEmpty()) {
      problems.add("--config: " + config + " has no signIn, so there are no keys to rotate");
    }
    Optional<Config> cluster = kubeconfig.find(null, environment, problems);
    Optional<GatewayConfig.SignIn> signIn = parsed.flatMap(GatewayConfig::signIn);
    return problems.size() > before || signIn.isEmpty() || cluster.isEmpty()
        ? Optional.empty()
        : Optional.of(rotating(cluster.get(), signIn.get(), environment));
  }

  /** What is asked for by a configuration, here and now. */
  static Rotating rotating(
      Config cluster, GatewayConfig.SignIn signIn, Map<String, String> environment) {
    String namespace =
        signIn
            .namespace()
            .or(() -> Optional.ofNullable(environment.get("POD_NAMESPACE")))
            .or(() -> Optional.ofNullable(cluster.getNamespace()))
            .orElse("default");
    return new Rotating(cluster, namespace, signIn.keysSecretName(), signIn.absolute());
  }
}
