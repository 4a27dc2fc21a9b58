package dev.mcpsession.cli.secrecy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cli.OperatorChild;
import dev.mcpsession.cli.RoleRun;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.issuer.EchoingIssuer;
import dev.mcpsession.issuer.ForgejoIssuer;
import dev.mcpsession.issuer.IssuerCall;
import dev.mcpsession.issuer.IssuerFault;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An operator that logs all it can, sessions of every source, issuers that fail in every way and
 * repeat what they were sent, backends that say their token, and an API server that refuses and is
 * away: whatever is a secret stays in the data of Secrets. Both formats of the log run side by
 * side, in namespaces of their own.
 */
@ClusterTest
class NoSecretLeaksIT {
  private final SecretValues values = new SecretValues();
  private final ForgejoIssuer forgejo = ForgejoIssuer.start();

  /** Never answers: where others are answered, what is said of one silent call goes at once. */
  private final ForgejoIssuer silent = ForgejoIssuer.start();

  private final EchoingIssuer echoing = EchoingIssuer.start();
  private final List<String> serving = new ArrayList<>();
  private KubernetesClient client;
  private String namespace;
  private SourcedSessions sessions;

  NoSecretLeaksIT() throws IOException {}

  @AfterEach
  void closeIssuers() {
    forgejo.close();
    silent.close();
    echoing.close();
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"TEXT", "JSON"})
  void whatIsSecretStaysInSecrets(String format, Cluster cluster) throws Exception {
    client = cluster.client();
    namespace = cluster.newNamespace();
    sessions = new SourcedSessions(client, namespace, forgejo, echoing);
    ClusterUser user = ClusterUser.create(cluster, namespace, "operator");
    URI server = URI.create(client.getConfiguration().getMasterUrl());
    try (SeenObjects seen = new SeenObjects(client, namespace, values);
        TcpProxy proxy = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()));
        SpeakingBackends speaking = new SpeakingBackends(client, namespace);
        OperatorChild child = start(format, through(proxy, user))) {
      createSecrets();
      speaking.create();
      createGrantSessions();
      createOtherSessions();
      eventually(() -> assertThat(serving).allMatch(sessions::isServing));
      endGrants();
      storeAnAnswerLate(proxy, child);
      for (String words : List.of("did not answer within 30 s", "Secret immutable is immutable")) {
        eventually(() -> assertThat(seen.says(words)).as(words).isTrue());
      }
      assertThat(echoing.calls()).isGreaterThan(EchoingIssuer.FAULTS);
      eventually(() -> speaking.assertTold(seen));
      String explained =
          String.join("\n", speaking.names().stream().map(name -> explain(cluster, name)).toList());

      List<String> leaks = new ArrayList<>();
      leaks.addAll(values.leaks("/metrics", child.get("/metrics").body()));
      leaks.addAll(values.leaks("/readyz", child.get("/readyz").body()));
      leaks.addAll(values.leaks("explain", explained));
      silent.heal(); // A shutdown waits for the answer to a call that may renew a grant.
      assertThat(child.terminate()).isZero();
      forgejo.secrets().forEach(secret -> values.add("a value of Forgejo's", secret));
      silent.secrets().forEach(secret -> values.add("a value of the silent issuer's", secret));
      echoing.secrets().forEach(secret -> values.add("a value of the other issuer's", secret));
      leaks.addAll(values.leaks("the log", child.log()));
      leaks.addAll(seen.leaks());
      assertThat(leaks).isEmpty();

      assertThat(values.leaks("Secrets", seen.data()))
          .as("the search finds them there")
          .isNotEmpty();
      assertThat(seen.saidByOthers())
          .as("nodes say what backends say")
          .hasSizeGreaterThan(speaking.names().size());
      assertThat(explained).contains("container helper exited with code 5");
      assertThat(seen.count("Event")).isPositive();
      assertThat(seen.count("Lease")).isPositive();
      assertThat(child.log()).contains("is not stored in Secret", "Evicted");
    }
  }

  private String explain(Cluster cluster, String session) {
    RoleRun run = RoleRun.explain(cluster, namespace, session);
    return run.out() + run.err();
  }

  private OperatorChild start(String format, Path kubeconfig) throws IOException {
    Path config = Files.createTempFile("operator", ".yaml");
    config.toFile().deleteOnExit();
    Files.writeString(
        config,
        "tokenEndpoints: {allowed: [\"%s\", \"%s\", \"%s\"], allowHttp: true, maxConcurrentCalls: 50}"
            .formatted(forgejo.tokenEndpoint(), silent.tokenEndpoint(), echoing.tokenEndpoint()));
    return OperatorChild.start(
        Map.of("LOG_LEVEL", "TRACE", "LOG_FORMAT", format, "POD_NAMESPACE", namespace),
        "--config",
        config.toString(),
        "--kubeconfig",
        kubeconfig.toString(),
        "--namespace",
        namespace,
        "--leader-election",
        "on");
  }

  /** The operator's own token is a secret as well. */
  private Path through(TcpProxy proxy, ClusterUser user) throws IOException {
    Config config = Config.fromKubeconfig(user.kubeconfig().toFile());
    values.add("the operator's own token", config.getAutoOAuthToken());
    Path file = Files.createTempFile("through-proxy", ".kubeconfig");
    file.toFile().deleteOnExit();
    String master = config.getMasterUrl();
    Files.writeString(
        file,
        Files.readString(user.kubeconfig())
            .replace(
                master.substring(0, master.length() - (master.endsWith("/") ? 1 : 0)),
                "https://127.0.0.1:" + proxy.port()));
    return file;
  }

  private void createSecrets() {
    sessions.put("forgejo", SourcedSessions.client(forgejo.clientId(), forgejo.clientSecret()));
    sessions.put(
        "echoing", SourcedSessions.client("it's me: 100%/+", "gto_&=%/+ " + UUID.randomUUID()));
    sessions.put("subject", Map.of("token", "subject+/" + UUID.randomUUID()));
    String expiresAt = Instant.now().plus(Duration.ofHours(1)).toString();
    sessions.put("kept", Map.of("token", "kept+/=&%" + UUID.randomUUID(), "expiresAt", expiresAt));
  }

  /** One session for each way in which Forgejo's endpoint can fail. */
  private void createGrantSessions() {
    silent.fail(new IssuerFault.Silence());
    sessions.createGrantSession("silent", silent, silent.newGrant("silent"));
    String known = forgejo.newGrant("nonsense");
    List<IssuerFault> faults =
        List.of(
            new IssuerFault.Status(503, known),
            new IssuerFault.Status(500, null),
            new IssuerFault.Slow(Duration.ofSeconds(1)),
            new IssuerFault.Reset(),
            new IssuerFault.Nonsense("text/html", "<html>" + known + "</html>"),
            new IssuerFault.Nonsense("application/json", "{\"access_token\": [\"" + known + "\"]}"),
            new IssuerFault.Nonsense("application/json", "{\"" + known + "\": \"" + known),
            new IssuerFault.Echo(400, "invalid_client"),
            new IssuerFault.Echo(401, "invalid_request"),
            new IssuerFault.Echo(400, known),
            new IssuerFault.Echo(500, "server_error"),
            new IssuerFault.NoExpiry(),
            new IssuerFault.NoRefreshToken());
    faults.forEach(fault -> forgejo.failNext(1, fault));
    sessions.createGrantSession("nonsense", known);
    serving.add("nonsense");
    for (int i = 1; i < faults.size(); i++) {
      sessions.createGrantSession("fault" + i, forgejo.newGrant("fault" + i));
      serving.add("fault" + i);
    }
    eventually(
        () ->
            assertThat(forgejo.calls())
                .extracting(IssuerCall::outcome)
                .containsAll(
                    faults.stream()
                        .filter(fault -> !isAnswered(fault))
                        .map(IssuerFault::toString)
                        .toList()));
    sessions.put("immutable", Map.of("refresh_token", forgejo.newGrant("immutable")));
    MergePatch.apply(
        client.secrets().inNamespace(namespace).withName("immutable"), "{immutable: true}");
    sessions.create("immutable", sessions.refresh(forgejo, "immutable"));
  }

  private static boolean isAnswered(IssuerFault fault) {
    return fault instanceof IssuerFault.Slow
        || fault instanceof IssuerFault.NoExpiry
        || fault instanceof IssuerFault.NoRefreshToken;
  }

  private void createOtherSessions() {
    sessions.create("account", "serviceAccount: {name: default, expirationSeconds: 600}");
    sessions.create("kept", "env: TOKEN, secret: {name: kept, expiresAtKey: expiresAt}");
    for (int i = 0; i < EchoingIssuer.FAULTS; i++) {
      String post = i % 2 == 0 ? "" : ", clientAuthentication: post";
      sessions.create(
          "client" + i, "oauth2ClientCredentials: {%s%s}".formatted(sessions.echo(), post));
      serving.add("client" + i);
    }
    sessions.create(
        "exchange",
        "oauth2TokenExchange: {%s, subjectToken: {secret: {name: subject}}}"
            .formatted(sessions.echo()));
    sessions.create(
        "account-exchange",
        "oauth2TokenExchange: {%s, subjectToken: {serviceAccount: {name: default, audience: it, expirationSeconds: 600}}}"
            .formatted(sessions.echo()));
    serving.addAll(List.of("account", "kept", "exchange", "account-exchange"));
  }

  /** By an answer that is lost, and by one that repeats what it refuses. */
  private void endGrants() {
    forgejo.failNext(1, new IssuerFault.AnswerLost());
    sessions.createGrantSession("lost", forgejo.newGrant("lost"));
    eventually(() -> assertThat(sessions.find("lost")).as("it ends").isNull());
    forgejo.failNext(1, new IssuerFault.Echo(400, "invalid_grant"));
    sessions.createGrantSession("rejected", forgejo.newGrant("rejected"));
    eventually(() -> assertThat(sessions.find("rejected")).as("it ends").isNull());
  }

  /** Since the API server is away. */
  private void storeAnAnswerLate(TcpProxy proxy, OperatorChild child) throws IOException {
    int before = forgejo.refreshes();
    forgejo.failNext(1, new IssuerFault.Slow(Duration.ofSeconds(2)));
    sessions.createGrantSession("late", forgejo.newGrant("late"));
    eventually(() -> assertThat(forgejo.refreshes()).isGreaterThan(before));
    proxy.cut();
    child.awaitLog("is not stored in Secret");
    proxy.restore();
    eventually(() -> assertThat(sessions.isServing("late")).isTrue());
  }

  private static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(assertion);
  }
}
