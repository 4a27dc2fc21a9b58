package dev.mcpsession.cli;

import dev.mcpsession.config.Authority;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.gateway.GatewayOptions;
import dev.mcpsession.gateway.GatewayProcess;
import dev.mcpsession.process.Shutdown;
import dev.mcpsession.signin.GatewaySignIn;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The role {@code gateway}: turns its options into what a process needs. */
@Command(
    name = "gateway",
    description =
        "One MCP address for all users; routes the requests of each to a backend of their own.",
    subcommands = RotateKeysCommand.class,
    versionProvider = VersionOption.class,
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GatewayCommand implements ServerCommand {
  private static final Pattern USER = Pattern.compile("[\\x21-\\x7e]{1,256}");

  private static final Pattern IPV4_IN_BRACKETS = Pattern.compile("^\\[([0-9.]+)](?=:)");

  /** Until load balancers have noticed; users rely on this number. */
  private static final Duration LOAD_BALANCER_DELAY = Duration.ofSeconds(5);

  @Mixin final KubeconfigOption kubeconfig = new KubeconfigOption();

  @Option(
      names = "--namespace",
      paramLabel = "NS",
      description =
          "Serve only templates of this namespace; can be repeated. Default: all namespaces.")
  List<String> namespaces = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The gateway's configuration, a YAML file. Default: the defaults.")
  @Nullable Path config;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:8080",
      description = "Where MCP clients come in. Default: ${DEFAULT-VALUE}.")
  String http = "";

  @Option(
      names = "--management",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:8081",
      description = "Where to serve /healthz, /readyz and /metrics. Default: ${DEFAULT-VALUE}.")
  String management = "";

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description =
          "Where other replicas reach this one at what --http listens on, with an IPv6 address in"
              + " brackets. Default: the address of --http; if that is every address of the"
              + " machine, the one that its name stands for.")
  @Nullable String advertise;

  @Option(
      names = "--insecure-user",
      paramLabel = "NAME",
      description =
          "Take everybody for this user, without any token. For trials: only with a loopback"
              + " address in --http, and with neither issuers nor signIn in the"
              + " configuration.")
  @Nullable String insecureUser;

  /**
   * What a valid command line asks for.
   *
   * @param proxies through which the providers of sign-in are reached
   */
  record Prepared(
      Config cluster, GatewayConfig config, GatewayOptions options, IssuerProxies proxies)
      implements Start {
    @Override
    public Shutdown.RunningRole start(Consumer<String> ends) throws IOException {
      return GatewayProcess.start(
          cluster,
          config,
          options,
          with -> GatewaySignIn.create(with, proxies),
          InstantSource.system(),
          System::nanoTime,
          ends);
    }
  }

  @Override
  public Optional<Prepared> prepare(Map<String, String> environment, List<String> problems) {
    int before = problems.size();
    ServerOptions.checkNamespaces(namespaces, problems);
    ServerOptions.checkLogVariables(environment, problems);
    Optional<InetSocketAddress> address = ServerOptions.address("--http", http, problems);
    Optional<InetSocketAddress> other = ServerOptions.address("--management", management, problems);
    Optional<GatewayConfig> parsed =
        config == null
            ? Optional.of(GatewayConfig.defaults())
            : ConfigOption.read(config, GatewayConfig::read, problems);
    Optional<Authority> reached = advertised(problems);
    IssuerProxies proxies = IssuerProxies.of(environment, problems);
    checkWhoComesIn(parsed, address, problems);
    Optional<Config> cluster = kubeconfig.find(null, environment, problems);
    if (problems.size() > before
        || address.isEmpty()
        || other.isEmpty()
        || parsed.isEmpty()
        || cluster.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Prepared(
            cluster.get(),
            parsed.get(),
            new GatewayOptions(
                new HashSet<>(namespaces),
                address.get(),
                other.get(),
                reached,
                Optional.ofNullable(insecureUser),
                LOAD_BALANCER_DELAY),
            proxies));
  }

  /** A Pod's address comes in brackets whatever its version, since a manifest cannot tell. */
  private Optional<Authority> advertised(List<String> problems) {
    if (advertise == null) {
      return Optional.empty();
    }
    Authority authority = Authority.parse(IPV4_IN_BRACKETS.matcher(advertise).replaceFirst("$1"));
    if (authority == null || authority.port() < 0 || isWildcard(authority.host())) {
      problems.add(
          "--advertise: '"
              + advertise
              + "' is not HOST:PORT by which other replicas could reach this one, such as"
              + " 10.1.2.3:8080 or [fd00::1]:8080");
      return Optional.empty();
    }
    return Optional.of(authority);
  }

  private static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("[0:0:0:0:0:0:0:0]");
  }

  /** There is a token to check, or nobody else can reach the gateway. */
  private void checkWhoComesIn(
      Optional<GatewayConfig> parsed, Optional<InetSocketAddress> address, List<String> problems) {
    boolean hasTokens =
        parsed.isPresent()
            && (!parsed.get().issuers().isEmpty() || parsed.get().signIn().isPresent());
    if (insecureUser == null) {
      if (parsed.isPresent() && !hasTokens) {
        problems.add(
            "--config: no issuers are configured, and no signIn, so nobody could be told from"
                + " anybody. Give one of them in the configuration; for a trial use --insecure-user"
                + " NAME with --http 127.0.0.1:8080");
      }
      return;
    }
    if (!USER.matcher(insecureUser).matches()) {
      problems.add("--insecure-user: a name has 1 to 256 visible ASCII characters");
    }
    if (hasTokens) {
      problems.add(
          "--insecure-user: the configuration names issuers or signIn, whose tokens would not be"
              + " looked at; leave out one or the other");
    }
    if (address.isPresent() && !address.get().getAddress().isLoopbackAddress()) {
      problems.add(
          "--insecure-user: everybody who reaches "
              + http
              + " would be that user; use a loopback address, such as --http 127.0.0.1:8080");
    }
  }
}
