package dev.mcpsession.replicas;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.FreePort;
import dev.mcpsession.cluster.JarProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The operator, and replicas of the gateway with the same keys, each a process of the jar; all of
 * them serve one namespace.
 */
public final class GatewayReplicas implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  private final int operatorPort = FreePort.onLoopback();
  private final List<Replica> replicas = new CopyOnWriteArrayList<>();
  private final List<String> operatorArguments;
  private final List<String> gatewayOptions;
  private final Map<String, String> environment;
  private final Path directory;
  private JarProcess operator;

  /** One gateway. */
  public record Replica(JarProcess process, int port, int managementPort) implements AutoCloseable {
    /** Without a path. */
    public URI base() {
      return URI.create("http://127.0.0.1:" + port);
    }

    /** The endpoint of a template. */
    public URI endpoint(String namespace, String template) {
      return URI.create("http://127.0.0.1:" + port + "/" + namespace + "/" + template + "/mcp");
    }

    /** What the port of /readyz and /metrics answers. */
    public HttpResponse<String> management(String path) throws IOException, InterruptedException {
      return GatewayReplicas.get(managementPort, path);
    }

    @Override
    public void close() throws IOException {
      process.close();
    }
  }

  /**
   * What the processes are told beyond where they are.
   *
   * @param kubeconfig of all of them
   * @param gateway the gateway's configuration, but for its keys
   * @param operator the operator's configuration
   * @param options more options of the gateway's command line
   * @param environment more of it
   */
  public record Setup(
      Path kubeconfig,
      String gateway,
      String operator,
      List<String> options,
      Map<String, String> environment) {
    public Setup {
      options = List.copyOf(options);
      environment = Map.copyOf(environment);
    }

    /** With an environment as it is. */
    public Setup(Path kubeconfig, String gateway, String operator, List<String> options) {
      this(kubeconfig, gateway, operator, options, Map.of());
    }
  }

  private GatewayReplicas(Setup setup, String namespace) throws IOException {
    environment = setup.environment();
    directory = Files.createTempDirectory("gateway");
    Path keys = Files.createDirectory(directory.resolve("keys"));
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Files.write(keys.resolve("current"), key);
    Path gateway = directory.resolve("gateway.yaml");
    Files.writeString(gateway, "keysDirectory: " + keys + "\n" + setup.gateway());
    List<String> cluster =
        List.of("--kubeconfig", setup.kubeconfig().toString(), "--namespace", namespace);
    gatewayOptions = new ArrayList<>(cluster);
    gatewayOptions.addAll(List.of("--config", gateway.toString()));
    gatewayOptions.addAll(setup.options());
    Path config = Files.writeString(directory.resolve("operator.yaml"), setup.operator());
    operatorArguments =
        new ArrayList<>(
            List.of("operator", "--http", "127.0.0.1:" + operatorPort, "--leader-election", "off"));
    operatorArguments.addAll(cluster);
    operatorArguments.addAll(List.of("--config", config.toString()));
    operator = JarProcess.start(environment, operatorArguments);
  }

  /**
   * Returns when all are ready.
   *
   * @param config the gateway's configuration, but for its keys
   * @param options more options of the gateway's command line
   */
  public static GatewayReplicas start(
      Path kubeconfig, String namespace, int count, String config, String... options)
      throws IOException {
    return start(new Setup(kubeconfig, config, "{}", List.of(options)), namespace, count);
  }

  /** Returns when all are ready. */
  public static GatewayReplicas start(Setup setup, String namespace, int count) throws IOException {
    GatewayReplicas all = new GatewayReplicas(setup, namespace);
    try {
      for (int i = 0; i < count; i++) {
        all.startReplica();
      }
      all.awaitOperator();
      all.replicas.forEach(all::awaitReady);
      return all;
    } catch (IOException | RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /** SIGKILL. */
  public void killOperator() throws IOException, InterruptedException {
    operator.kill();
    operator.close();
  }

  /** Another one in its place. Returns before it is ready. */
  public void startOperator() throws IOException {
    operator = JarProcess.start(environment, operatorArguments);
  }

  /** Waits until its caches are filled, and it works. */
  public void awaitOperator() {
    awaitReady("the operator", operatorPort);
  }

  /** The operator's process that was started last. */
  public JarProcess operator() {
    return operator;
  }

  /** Those that run, the oldest first. */
  public List<Replica> running() {
    return replicas.stream().filter(it -> it.process().isAlive()).toList();
  }

  /** One more, or one in the place of another that ended; it may not be ready yet. */
  public Replica startReplica() throws IOException {
    int port = FreePort.onLoopback();
    int management = FreePort.onLoopback();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "gateway",
                "--http",
                "127.0.0.1:" + port,
                "--management",
                "127.0.0.1:" + management));
    arguments.addAll(gatewayOptions);
    Replica started = new Replica(JarProcess.start(environment, arguments), port, management);
    replicas.add(started);
    return started;
  }

  /** Waits until its caches are filled. */
  public void awaitReady(Replica replica) {
    awaitReady("the gateway", replica.managementPort());
  }

  /**
   * Waits until every replica has heard of a template: what is no JSON is judged, and begins no
   * session, only where there is one.
   *
   * @param token of somebody who may use it; null: nobody needs one
   */
  public void awaitOffered(String namespace, String template, @Nullable String token) {
    try (McpHttp client = new McpHttp(token)) {
      for (Replica replica : running()) {
        await("the gateway knows " + template)
            .atMost(START)
            .until(
                () ->
                    client.post(replica.endpoint(namespace, template), null, "{").status() == 400);
      }
    }
  }

  private static void awaitReady(String who, int port) {
    await(who + " is ready")
        .atMost(START)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> get(port, "/readyz").statusCode() == 200);
  }

  /** All that all of them wrote, those that ended too, and the operator that was started last. */
  public String logs() throws IOException {
    StringBuilder logs = new StringBuilder(operator.log());
    for (Replica replica : replicas) {
      logs.append(replica.process().log());
    }
    return logs.toString();
  }

  /** What the operator's port of /readyz and /metrics answers. */
  public HttpResponse<String> ofOperator(String path) throws IOException, InterruptedException {
    return get(operatorPort, path);
  }

  /**
   * What the replicas that run have counted together: names of series with their labels, without
   * those at 0.
   *
   * @param prefix of the counters' names
   */
  public Map<String, Integer> counted(String prefix) throws IOException, InterruptedException {
    Map<String, Integer> all = new TreeMap<>();
    for (Replica replica : running()) {
      replica
          .management("/metrics")
          .body()
          .lines()
          .filter(line -> line.matches(prefix + "[a-z_]*_total\\{.*} [0-9.E]+"))
          .forEach(
              line -> {
                int space = line.lastIndexOf(' ');
                int value = (int) Double.parseDouble(line.substring(space + 1));
                if (value > 0) {
                  all.merge(line.substring(0, space), value, Integer::sum);
                }
              });
    }
    return all;
  }

  /** The one started as number i, from 0. */
  public Replica replica(int i) {
    return replicas.get(i);
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /** Kills all of them. */
  @Override
  public void close() throws IOException {
    operator.close();
    for (Replica replica : replicas) {
      replica.close();
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
