package dev.mcpsession.quickstart;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cli.OperatorOptions;
import dev.mcpsession.cli.OperatorProcess;
import dev.mcpsession.config.InvalidConfigException;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.embedded.EmbeddedCluster;
import dev.mcpsession.embedded.LoopbackAddresses;
import dev.mcpsession.embedded.ProcessNode;
import dev.mcpsession.issuer.ForgejoIssuer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * {@code mvn -q -Pquickstart}: the operator at work in under a minute, on a machine with a JDK and
 * Maven. Runs in the project's folder.
 */
public final class QuickStart {
  private static final int PREFERRED_PORT = 8080;

  /** Counters with a value other than 0. */
  private static final Pattern METRICS =
      Pattern.compile(
          "mcpsession_(sessions|template_sessions_up_to_date|replacements_total|evictions_total|token_issues_total).*(?<!"
              + " 0\\.0)");

  /** The limit of the whole run. All waits end earlier; this is for what hangs. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final Duration READY = Duration.ofSeconds(20);

  private final OperatorStart operator;
  private final PrintStream out;

  QuickStart(OperatorStart operator, PrintStream out) {
    this.operator = operator;
    this.out = out;
  }

  /** Exits with 0 if everything expected was seen, else with 1. */
  public static void main(String[] args) {
    System.setProperty("logback.configurationFile", "embedded-logback.xml");
    CompletableFuture.delayedExecutor(LIMIT.toSeconds(), TimeUnit.SECONDS)
        .execute(QuickStart::giveUp);
    System.exit(new QuickStart(QuickStart::startOperator, System.out).run());
  }

  /** Starts the same process as the command line, without leader election. */
  static OperatorStart.Running startOperator(Config cluster, String tokenEndpoint)
      throws IOException {
    OperatorProcess process =
        OperatorProcess.start(
            cluster, config(tokenEndpoint), OperatorOptions.alone(), System.out::println);
    return new OperatorStart.Running() {
      @Override
      public int httpPort() {
        return process.httpPort();
      }

      @Override
      public void close() {
        process.close();
      }
    };
  }

  /** The defaults, but that a roll-out replaces one session at a time: there are two. */
  private static OperatorConfig config(String tokenEndpoint) {
    try {
      return OperatorConfig.parse(
          """
          maxConcurrentReplacements: 1
          tokenEndpoints: {allowed: ["%s"], allowHttp: true}
          """
              .formatted(tokenEndpoint));
    } catch (InvalidConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void giveUp() {
    System.out.println("Still not at its end after " + LIMIT.toSeconds() + " s: given up");
    System.exit(1);
  }

  /** The exit code. */
  int run() {
    out.print(
        """
        This is the operator at work, in front of an embedded stand-in for a cluster: an API server in
        this process that validates nothing, and a node that runs every Pod's backend as a local process
        of a sample MCP server, whatever its image is. With a Kubernetes cluster of your own instead:
            mvn -q package -DskipTests
            kubectl apply -f crds/
            java -jar target/mcp-session-operator.jar operator
            kubectl apply -f config/samples/minimal.yaml

        """);
    try (EmbeddedCluster cluster = EmbeddedCluster.start(Path.of("crds"));
        KubernetesClient client = cluster.newClient();
        ProcessNode node = ProcessNode.start(client);
        ForgejoIssuer forgejo = ForgejoIssuer.start();
        OperatorStart.Running running =
            operator.start(cluster.clientConfig(), forgejo.tokenEndpoint())) {
      URI http = URI.create("http://127.0.0.1:" + running.httpPort());
      Story.expect(
          "the operator is ready", READY, () -> get(http.resolve("/readyz")).statusCode() == 200);
      out.println("API server  " + cluster.url());
      out.println("Metrics     " + http.resolve("/metrics") + "  (while this runs)");
      out.println("Node        " + node.directory());
      return tell(client, forgejo, http);
    } catch (IOException | RuntimeException e) {
      out.println();
      out.println("This is not what should have happened: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int tell(KubernetesClient client, ForgejoIssuer forgejo, URI http)
      throws IOException, InterruptedException {
    Path folder = Path.of("config", "samples");
    Samples read =
        new Samples(
            client.getKubernetesSerialization(), LoopbackAddresses.freePort(PREFERRED_PORT));
    List<McpSession> samples = read.sessions(folder);
    Timeline timeline = new Timeline(out);
    out.println("0.0 s is    " + timeline.start());
    out.println();
    try {
      tell(client, samples, read.templates(folder), timeline);
      out.println();
      new SignInStory(client, forgejo, read.port(), timeline).tell();
    } finally {
      out.println();
      out.println("The sessions that are left:");
      client.resources(McpSession.class).list().getItems().forEach(this::printRow);
    }
    out.println();
    out.println("What the metrics say:");
    get(http.resolve("/metrics"))
        .body()
        .lines()
        .filter(line -> METRICS.matcher(line).matches())
        .forEach(line -> out.println("  " + line));
    return 0;
  }

  private void tell(
      KubernetesClient client,
      List<McpSession> samples,
      List<McpSessionTemplate> templates,
      Timeline timeline)
      throws IOException {
    for (McpSession sample : samples) {
      if (sample.getSpec().token() == null && sample.getSpec().templateRef() == null) {
        timeline.add(
            "apply",
            "McpSession default/" + sample.getMetadata().getName() + " (not followed here)");
        client.resource(sample).create();
      }
    }
    for (McpSession sample : samples) {
      if (sample.getSpec().token() != null) {
        String name = sample.getMetadata().getName();
        TokenIssuer issuer = new TokenIssuer(client, Samples.tokenSecret(name), timeline);
        try (SessionWatch watch = new SessionWatch(client, name, timeline)) {
          new Story(client, sample, watch, issuer, timeline).tell();
        }
      }
    }
    out.println();
    for (McpSessionTemplate template : templates) {
      for (McpSession sample : samples) {
        if (template.getMetadata().getName().equals(sample.getSpec().templateName())) {
          new RolloutStory(client, template, sample, timeline).tell();
        }
      }
    }
    out.println();
    for (McpSessionTemplate template : templates) {
      if (template.getSpec().access() != null) {
        new GatewayStory(client, template, timeline).tell();
      }
    }
  }

  private void printRow(McpSession session) {
    String ready =
        session.getStatus() == null || session.getStatus().conditions() == null
            ? "no status"
            : session.getStatus().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .map(
                    condition ->
                        condition.status()
                            + " ("
                            + condition.reason()
                            + "): "
                            + condition.message())
                .findFirst()
                .orElse("unknown");
    out.println("  " + session.getMetadata().getName() + "  Ready " + ready);
  }

  private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
