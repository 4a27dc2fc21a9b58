package dev.mcpsession.bench.load;

import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Tally;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.AuditLog.Request;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.TcpProxy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * A namespace for one benchmark, with a ServiceAccount of its own for the operator, by which the
 * audit log distinguishes the operator's requests from all others. It has the rights of config/rbac
 * and no more.
 */
public final class Arena implements AutoCloseable {
  /** The operator's ServiceAccount, wherever it runs. */
  static final String ACCOUNT = "operator";

  private final KubernetesClient client;
  private final String namespace;
  private final Optional<AuditLog> audit;
  private final Path kubeconfig;

  private Arena(
      KubernetesClient client, String namespace, Optional<AuditLog> audit, Path kubeconfig) {
    this.client = client;
    this.namespace = namespace;
    this.audit = audit;
    this.kubeconfig = kubeconfig;
  }

  public static Arena open(Cluster cluster, Optional<AuditLog> audit) throws IOException {
    KubernetesClient client = cluster.client();
    String namespace = cluster.newNamespace();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    List<PolicyRule> rules = new ArrayList<>();
    try (InputStream roles = Files.newInputStream(Path.of("config", "rbac", "operator.yaml"))) {
      for (HasMetadata item : client.load(roles).items()) {
        switch (item) {
          case ClusterRole role -> rules.addAll(role.getRules());
          case Role role -> rules.addAll(role.getRules());
          default -> {}
        }
      }
    }
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .withNamespace(namespace)
                .endMetadata()
                .withRules(rules)
                .build())
        .create();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", ACCOUNT)
                .addNewSubject(null, "ServiceAccount", ACCOUNT, namespace)
                .build())
        .create();
    return new Arena(client, namespace, audit, kubeconfig(client, namespace));
  }

  private static Path kubeconfig(KubernetesClient client, String namespace) throws IOException {
    String token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(ACCOUNT)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(Duration.ofHours(6).toSeconds())
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    var config = client.getConfiguration();
    String authority =
        config.getCaCertData() != null
            ? config.getCaCertData()
            : Base64.getEncoder()
                .encodeToString(Files.readAllBytes(Path.of(config.getCaCertFile())));
    Path file = Files.createTempFile("bench", ".kubeconfig"); // readable by its owner only
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
        users: [{name: u, user: {token: %s}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(config.getMasterUrl(), authority, token));
  }

  public KubernetesClient client() {
    return client;
  }

  public String namespace() {
    return namespace;
  }

  /** Returns before it is ready. */
  public OperatorJar startOperator(boolean election) throws IOException {
    return OperatorJar.start(kubeconfig, namespace, election, "");
  }

  /**
   * With a configuration file and without leader election. Returns before it is ready.
   *
   * @param config its content
   */
  public OperatorJar startOperator(String config) throws IOException {
    return OperatorJar.start(kubeconfig, namespace, false, config);
  }

  /**
   * With the default configuration and without leader election. Returns when it is ready.
   *
   * @param way to the API server, which counts what the operator gets from there
   */
  public OperatorJar startOperator(TcpProxy way) throws IOException {
    String direct = Files.readString(kubeconfig);
    Files.writeString(
        kubeconfig,
        direct.replace(
            client.getConfiguration().getMasterUrl(), "https://127.0.0.1:" + way.port() + "/"));
    try {
      OperatorJar operator = startOperator(false);
      operator.awaitReady();
      return operator;
    } finally {
      Files.writeString(kubeconfig, direct);
    }
  }

  /** The operator's requests since then. */
  public Tally operatorSince(Instant from) {
    return Tally.of(since(from), "system:serviceaccount:" + namespace + ":" + ACCOUNT);
  }

  /** The garbage collector's requests since then, in this namespace. */
  public Tally collectorSince(Instant from) {
    return Tally.of(since(from), "system:serviceaccount:kube-system:generic-garbage-collector");
  }

  /** Requests for Secrets since then, in this namespace, whoever made them. */
  public Tally secretsSince(Instant from) {
    return new Tally(
        since(from).stream().filter(request -> request.resource().equals("secrets")).toList());
  }

  private List<Request> since(Instant from) {
    AuditLog log = audit.orElseThrow();
    Instant to = Instant.now();
    log.flush(client, namespace);
    return log.between(from, to, namespace);
  }

  /** Waits for what may still follow: late Events, second reconciles, the garbage collector. */
  public void rest(Duration pause) {
    Awaitility.await()
        .pollDelay(pause)
        .pollInterval(Duration.ofMillis(10))
        .atMost(pause.plusMinutes(1))
        .until(() -> true);
  }

  /** Waits until this many of its Pods are left. */
  public void awaitPods(int number) {
    Awaitility.await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofMinutes(5))
        .until(() -> client.pods().inNamespace(namespace).list().getItems().size() == number);
  }

  public boolean isAudited() {
    return audit.isPresent();
  }

  /** Waits until everything is gone, so that the next benchmark runs alone. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(kubeconfig);
    Progress.say("deletes namespace " + namespace);
    var made =
        client.resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    made.delete();
    Awaitility.await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofMinutes(10))
        .until(() -> made.get() == null);
  }
}
