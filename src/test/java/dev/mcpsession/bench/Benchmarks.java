package dev.mcpsession.bench;

import dev.mcpsession.bench.report.Machine;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.signin.KeycloakServer;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.OperatorImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the benchmarks that are named, all of them by default, and prints their tables as Markdown.
 */
public final class Benchmarks {
  private static final List<String> NAMES =
      List.of(
          "planner",
          "requests",
          "idle",
          "lateness",
          "throughput",
          "renewals",
          "templates",
          "image",
          "gateway",
          "gateway-transport",
          "gateway-events",
          "sign-ins");
  private static final String USAGE =
      "[" + String.join("|", NAMES) + "]... [--sessions=N] [--runs=N] [--idle-seconds=N]";

  private Benchmarks() {}

  public static void main(String... arguments) throws Exception {
    Options options = Options.defaults();
    Set<String> wanted = new LinkedHashSet<>();
    for (String argument : arguments) {
      String value = argument.substring(argument.indexOf('=') + 1);
      if (argument.startsWith("--sessions=")) {
        options = options.withSessions(Integer.parseInt(value));
      } else if (argument.startsWith("--runs=")) {
        options = options.withRuns(Integer.parseInt(value));
      } else if (argument.startsWith("--idle-seconds=")) {
        options = options.withIdleSeconds(Integer.parseInt(value));
      } else if (NAMES.contains(argument)) {
        wanted.add(argument);
      } else {
        System.err.println("Not known: " + argument + "\nUsage: " + USAGE);
        System.exit(2);
      }
    }
    Optional<Cluster> cluster = Cluster.forProgram(Benchmarks.class);
    try {
      System.out.println(Machine.describe(cluster));
      for (Benchmark benchmark : all(cluster, options)) {
        if (wanted.isEmpty() || wanted.contains(benchmark.name())) {
          Progress.say("benchmark " + benchmark.name());
          benchmark.run().forEach(System.out::println);
        }
      }
    } finally {
      cluster.ifPresent(Cluster::close);
    }
  }

  private static List<Benchmark> all(Optional<Cluster> cluster, Options options) {
    List<Benchmark> all = new ArrayList<>();
    all.add(new PlannerSpeed());
    if (cluster.isEmpty()) {
      Progress.say(
          "Without -Dcluster.kubeconfig=FILE only the planner, the transport and events are"
              + " measured.");
      all.add(new GatewayEvents(options));
      all.add(new GatewayTransport(options));
      return all;
    }
    Optional<AuditLog> audit = AuditLog.given().filter(AuditLog::isReadable);
    if (audit.isPresent()) {
      all.add(new SessionRequests(cluster.get(), audit.get()));
      all.add(new IdleRequests(cluster.get(), audit.get(), options));
    } else {
      Progress.say(
          "Requests are not counted: give the API server's audit log, -Dcluster.audit=FILE.");
    }
    all.add(new EvictionLateness(cluster.get(), audit, options));
    all.add(new Throughput(cluster.get(), options));
    all.add(new Renewals(cluster.get(), audit, options));
    audit.ifPresent(log -> all.add(new TemplateCosts(cluster.get(), log, options)));
    Optional<String> noImage = OperatorImage.missing();
    if (noImage.isEmpty()) {
      all.add(new ImageCosts(cluster.get(), options));
    } else {
      Progress.say("The image is not measured: " + noImage.get());
    }
    Optional<String> noKeycloak = KeycloakServer.missing();
    if (noKeycloak.isEmpty()) {
      all.add(new SignInCosts(cluster.get(), audit, options));
    } else {
      Progress.say("Sign-ins are not measured: " + noKeycloak.get());
    }
    // Last: they fail if a program is missing.
    all.add(new GatewayEvents(options));
    all.add(new GatewayCosts(cluster.get(), options));
    all.add(new GatewayTransport(options));
    return all;
  }
}
