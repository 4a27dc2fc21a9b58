package dev.mcpsession.cli;

import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.process.Shutdown;
import dev.mcpsession.process.leader.Identity;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The role {@code operator}: turns its options into what a process needs. */
@Command(
    name = "operator",
    description = "Turns McpSessions into backends, replaces and evicts them.",
    versionProvider = VersionOption.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class OperatorCommand implements ServerCommand {
  /** Whether replicas elect a leader. */
  enum LeaderElectionMode {
    AUTO,
    ON,
    OFF
  }

  /** Parses the modes as documented. */
  static final class ModeConverter implements ITypeConverter<LeaderElectionMode> {
    @Override
    public LeaderElectionMode convert(String value) {
      return switch (value) {
        case "auto" -> LeaderElectionMode.AUTO;
        case "on" -> LeaderElectionMode.ON;
        case "off" -> LeaderElectionMode.OFF;
        default -> throw new TypeConversionException("'" + value + "' is not auto, on or off");
      };
    }
  }

  @Mixin final KubeconfigOption kubeconfig = new KubeconfigOption();

  @Option(
      names = "--namespace",
      paramLabel = "NS",
      description =
          "Serve only sessions of this namespace; can be repeated. Default: all namespaces.")
  List<String> namespaces = new ArrayList<>();

  @Mixin final ConfigOption config = new ConfigOption();

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:8080",
      description = "Where to serve /healthz, /readyz and /metrics. Default: ${DEFAULT-VALUE}.")
  String http = "";

  @Option(
      names = "--leader-election",
      paramLabel = "auto|on|off",
      defaultValue = "auto",
      converter = ModeConverter.class,
      description =
          "Whether replicas agree on one that works; auto: only in a cluster. Default:"
              + " ${DEFAULT-VALUE}.")
  LeaderElectionMode leaderElection = LeaderElectionMode.AUTO;

  /** What a valid command line asks for. */
  record Prepared(Config cluster, OperatorConfig config, OperatorOptions options) implements Start {
    @Override
    public Shutdown.RunningRole start(Consumer<String> ends) throws IOException {
      return OperatorProcess.start(cluster, config, options, ends);
    }
  }

  @Override
  public Optional<Prepared> prepare(Map<String, String> environment, List<String> problems) {
    int before = problems.size();
    boolean inCluster = KubeconfigOption.isInCluster(environment);
    ServerOptions.checkNamespaces(namespaces, problems);
    ServerOptions.checkLogVariables(environment, problems);
    Optional<InetSocketAddress> address = ServerOptions.address("--http", http, problems);
    Optional<OperatorConfig> parsed = config.read(problems);
    IssuerProxies proxies = IssuerProxies.of(environment, problems);
    Optional<Config> cluster = kubeconfig.find(null, environment, problems);
    if (problems.size() > before || address.isEmpty() || parsed.isEmpty() || cluster.isEmpty()) {
      return Optional.empty();
    }
    boolean election =
        switch (leaderElection) {
          case AUTO -> inCluster;
          case ON -> true;
          case OFF -> false;
        };
    String ownNamespace = environment.get("POD_NAMESPACE");
    String found = cluster.get().getNamespace();
    if (ownNamespace == null) {
      ownNamespace = inCluster && found != null ? found : "default";
    }
    return Optional.of(
        new Prepared(
            cluster.get(),
            parsed.get(),
            new OperatorOptions(
                new HashSet<>(namespaces),
                address.get(),
                election,
                Identity.of(environment.get("POD_NAME"), environment.get("POD_UID"), hostName()),
                ownNamespace,
                proxies)));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }
}
