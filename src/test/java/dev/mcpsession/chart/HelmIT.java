package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.cluster.OperatorImage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The chart as its users have it: installed, upgraded, uninstalled. */
@ClusterTest
class HelmIT {
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final KubernetesClient client;

  HelmIT(Cluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @BeforeAll
  static void theNodeHasTheImageOfTheDefaultValues() {
    assertThat(OperatorImage.onNode()).isEqualTo("mcp-session-operator:0.1.0");
  }

  @Test
  void aSampleLivesItsWholeLifeWithDefaultValues() throws IOException {
    String sessions = cluster.newNamespace();
    try (Release release = Release.in(cluster)) {
      release.install("");
      client
          .load(Files.newInputStream(Path.of("config/samples/token.yaml")))
          .inNamespace(sessions)
          .create();
      await("Ready").atMost(SOON).until(() -> revision(sessions, "bob") == 1);
      patch(
          sessions,
          "bob",
          "{\"metadata\": {\"annotations\": {\"%s\": \"now\"}}}".formatted(Names.RESTARTED_AT));
      await("replaced").atMost(SOON).until(() -> revision(sessions, "bob") == 2);
      patch(sessions, "bob", "{\"spec\": {\"idleTimeoutSeconds\": 5}}");
      await("evicted").atMost(SOON).until(() -> session(sessions, "bob").get() == null);
      await("without its Pods").atMost(SOON).until(() -> pods(sessions).isEmpty());
      assertThat(events(sessions)).contains("Ready", "Replaced", "Evicted");
      // Whom a refusal by RBAC would name; namespaces that end refuse too, and name nobody.
      assertThat(release.log()).contains("Evicted").doesNotContain(release.user());
    }
  }

  @Test
  void anUpgradeRecreatesNothing() {
    int number = 200;
    String sessions = cluster.newNamespace();
    String values = "watchNamespaces: [%s]\n".formatted(sessions);
    try (Release release = Release.in(cluster)) {
      release.install(values);
      create(sessions, number);
      await("all serve").atMost(SOON).until(() -> backends(sessions).size() == number);
      Map<String, String> before = backends(sessions);
      Map<String, Pod> operators = release.pods();

      release.upgrade(values + "config: {maxConcurrentReplacements: 5}\n");

      assertThat(release.pods()).doesNotContainKeys(operators.keySet().toArray(String[]::new));
      restart(sessions, "s-0");
      assertThat(backends(sessions)).containsAllEntriesOf(without(before, "s-0"));
    }
  }

  @Test
  void sessionsServeWithoutTheOperatorAndAReinstallGoesOnWithThem() throws IOException {
    int number = 20;
    String sessions = cluster.newNamespace();
    String values = "watchNamespaces: [%s]\n".formatted(sessions);
    try (Release release = Release.in(cluster)) {
      release.install(values);
      create(sessions, number);
      client
          .load(Files.newInputStream(Path.of("config/samples/minimal.yaml")))
          .inNamespace(sessions)
          .create();
      await("all serve").atMost(SOON).until(() -> backends(sessions).size() == number + 1);
      Map<String, String> before = backends(sessions);

      release.uninstall();

      assertThat(release.leftovers(release.namespace(), sessions)).isEmpty();
      assertThat(backends(sessions)).isEqualTo(before);
      await("its Service answers").atMost(SOON).until(() -> answers(sessions, "alice"));

      release.install(values);

      restart(sessions, "s-0");
      assertThat(backends(sessions)).containsAllEntriesOf(without(before, "s-0"));
    }
  }

  @Test
  void sessionsGoFirstWhenThatIsAskedForAndHelmUninstalls() {
    String sessions = cluster.newNamespace();
    String others = cluster.newNamespace();
    String values =
        "{watchNamespaces: [%s], cleanup: {sessions: true, timeoutSeconds: 120}}"
            .formatted(sessions);
    try (Release release = Release.in(cluster)) {
      release.install(values);
      create(sessions, 5);
      create(others, 1);
      revocable(sessions);
      await("all serve").atMost(SOON).until(() -> backends(sessions).size() == 5);
      await("the finalizer is there")
          .atMost(SOON)
          .until(
              () ->
                  session(sessions, "held")
                      .get()
                      .getMetadata()
                      .getFinalizers()
                      .contains(Names.REVOCATION_FINALIZER));

      release.applyHooksWithoutHelm(values);
      await("its Job refuses").atMost(SOON).until(() -> release.hookFailures() == 1);
      assertThat(release.hookLog()).contains("No session was deleted: it is not known that Helm");
      assertThat(backends(sessions)).hasSize(5);

      release.uninstall();

      assertThat(client.resources(McpSession.class).inNamespace(sessions).list().getItems())
          .isEmpty();
      assertThat(session(others, "s-0").get()).isNotNull();
      assertThat(release.leftovers(release.namespace(), sessions)).isEmpty();
    }
  }

  /** The next revision of one session, by whatever operator there is. */
  private void restart(String namespace, String name) {
    int before = revision(namespace, name);
    patch(
        namespace,
        name,
        "{\"metadata\": {\"annotations\": {\"%s\": \"now\"}}}".formatted(Names.RESTARTED_AT));
    await("replaced").atMost(SOON).until(() -> revision(namespace, name) == before + 1);
  }

  /** Of each serving session: its uid, its revision, and the uid of the Pod that serves. */
  private Map<String, String> backends(String namespace) {
    Map<String, Pod> pods = pods(namespace);
    Map<String, String> backends = new TreeMap<>();
    for (McpSession session :
        client.resources(McpSession.class).inNamespace(namespace).list().getItems()) {
      McpSessionStatus status = session.getStatus();
      if (status != null && status.podName() != null && pods.containsKey(status.podName())) {
        backends.put(
            session.getMetadata().getName(),
            session.getMetadata().getUid()
                + " "
                + status.revision()
                + " "
                + pods.get(status.podName()).getMetadata().getUid());
      }
    }
    return backends;
  }

  private static Map<String, String> without(Map<String, String> all, String name) {
    Map<String, String> rest = new TreeMap<>(all);
    rest.remove(name);
    return rest;
  }

  private Map<String, Pod> pods(String namespace) {
    Map<String, Pod> pods = new TreeMap<>();
    client
        .pods()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(pod -> pods.put(pod.getMetadata().getName(), pod));
    return pods;
  }

  private List<String> events(String namespace) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getKind().equals("McpSession"))
        .map(event -> event.getReason())
        .toList();
  }

  private boolean answers(String namespace, String service) {
    String address =
        client.services().inNamespace(namespace).withName(service).get().getSpec().getClusterIP();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, 8080), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Resource<McpSession> session(String namespace, String name) {
    return client.resources(McpSession.class).inNamespace(namespace).withName(name);
  }

  /** 0 before the first serves. */
  private int revision(String namespace, String name) {
    McpSessionStatus status = session(namespace, name).get().getStatus();
    return status == null || status.podName() == null || status.revision() == null
        ? 0
        : status.revision();
  }

  private void patch(String namespace, String name, String json) {
    MergePatch.apply(session(namespace, name), json);
  }

  private void create(String namespace, int number) {
    IntStream.range(0, number)
        .parallel()
        .forEach(
            i ->
                client
                    .resource(
                        manifest(
                            """
                            metadata: {name: s-%d}
                            spec:
                              user: alice
                              idleTimeoutSeconds: 0
                              token: {serviceAccount: {name: default}}
                              podTemplate:
                                spec:
                                  nodeSelector: {type: fake}
                                  tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
                                  containers: [{name: backend, image: registry.example/mcp:1}]
                            """
                                .formatted(i)))
                    .inNamespace(namespace)
                    .create());
  }

  /** One that gets no token, and whose end waits for the revocation all the same. */
  private void revocable(String namespace) {
    client
        .resource(
            manifest(
                """
                metadata: {name: held}
                spec:
                  user: alice
                  token:
                    oauth2ClientCredentials:
                      tokenEndpoint: https://idp.example/token
                      clientSecretName: client
                      revocationEndpoint: https://idp.example/revoke
                  podTemplate: {spec: {containers: [{name: backend, image: registry.example/mcp:1}]}}
                """))
        .inNamespace(namespace)
        .create();
  }

  private static McpSession manifest(String fields) {
    return Serialization.unmarshal(
        "apiVersion: mcpsession.dev/v1alpha1\nkind: McpSession\n" + fields, McpSession.class);
  }
}
