package dev.mcpsession.soak;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.replicas.GatewayReplicas;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import java.io.IOException;
import java.util.List;

/** What is left after everybody has gone: nothing but what a fresh replica has as well. */
final class Aftermath {
  private final Cluster cluster;
  private final GatewayReplicas replicas;
  private final Tally tally;

  Aftermath(Cluster cluster, GatewayReplicas replicas, Tally tally) {
    this.cluster = cluster;
    this.replicas = replicas;
    this.tally = tally;
  }

  /**
   * Once everybody has been gone for long enough.
   *
   * @param old the replicas that were there before
   */
  void judge(List<Replica> old) throws IOException, InterruptedException {
    judgeObjects();
    Replica added = replicas.startReplica();
    replicas.awaitReady(added);
    Residue fresh = Residue.of(added);
    System.out.println("a fresh replica: " + fresh);
    for (Replica replica : old) {
      Residue left = Residue.of(replica);
      System.out.println("replica at " + replica.port() + ": " + left);
      left.beyond(fresh).forEach(it -> tally.violation("replica at " + replica.port() + ": " + it));
      judgeMetrics(replica);
    }
  }

  private void judgeObjects() {
    List<McpSession> sessions = cluster.sessions().list().getItems();
    if (!sessions.isEmpty()) {
      tally.violation(sessions.size() + " sessions are left");
    }
    int connections =
        cluster
            .client()
            .resources(McpConnection.class)
            .inNamespace(cluster.namespace())
            .list()
            .getItems()
            .size();
    if (connections > 0) {
      tally.violation(connections + " connections are left");
    }
  }

  private void judgeMetrics(Replica replica) throws IOException, InterruptedException {
    for (String name : List.of("streams", "buffered_bytes", "slow_clients")) {
      for (String line : metric(replica, name)) {
        if (value(line) != 0) {
          tally.violation("nothing goes on, and yet " + line);
        }
      }
    }
    // How long a GET stream lasted says nothing, so it is not timed.
    double requests =
        sum(
            metric(replica, "requests_total").stream()
                .filter(it -> !it.contains("method=\"GET\""))
                .toList());
    double timed = sum(metric(replica, "request_duration_seconds_count"));
    if (requests != timed) {
      tally.violation("%.0f requests were counted and %.0f timed".formatted(requests, timed));
    }
  }

  private static List<String> metric(Replica replica, String name)
      throws IOException, InterruptedException {
    String full = "mcpsession_gateway_" + name;
    return replica
        .management("/metrics")
        .body()
        .lines()
        .filter(it -> it.startsWith(full + "{") || it.startsWith(full + " "))
        .toList();
  }

  private static double sum(List<String> lines) {
    return lines.stream().mapToDouble(Aftermath::value).sum();
  }

  private static double value(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
