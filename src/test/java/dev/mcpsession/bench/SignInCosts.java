package dev.mcpsession.bench;

import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.bench.signin.KeycloakServer;
import dev.mcpsession.bench.signin.SignInGateway;
import dev.mcpsession.bench.signin.SignInRounds;
import dev.mcpsession.bench.signin.Task;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What it costs to sign users in and keep them so, beside Keycloak under the same load. */
final class SignInCosts implements Benchmark {
  private final Cluster cluster;
  private final Optional<AuditLog> audit;
  private final Options options;

  SignInCosts(Cluster cluster, Optional<AuditLog> audit, Options options) {
    this.cluster = cluster;
    this.audit = audit;
    this.options = options;
  }

  @Override
  public String name() {
    return "sign-ins";
  }

  @Override
  public List<Table> run() throws Exception {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        KeycloakServer keycloak = KeycloakServer.start(SignInRounds.MANY, http);
        Arena arena = Arena.open(cluster, audit);
        SignInGateway gateway = SignInGateway.start(arena, cluster.kubeconfig(), http)) {
      Progress.say("both are ready");
      return List.of(
          new SignInRounds(arena, turns(gateway.tasks(), keycloak.tasks())).run(options.runs()));
    }
  }

  /** One of each in turn, so that what is compared is measured next to each other. */
  private static List<Task> turns(List<Task> ours, List<Task> theirs) {
    List<Task> turns = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      turns.add(ours.get(i));
      turns.add(theirs.get(i));
    }
    return turns;
  }
}
