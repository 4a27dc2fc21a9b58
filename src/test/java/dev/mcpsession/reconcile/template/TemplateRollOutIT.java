package dev.mcpsession.reconcile.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.GatewaySession;
import dev.mcpsession.cluster.Kubectl;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.reconcile.node.AttemptWatch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A template that many sessions name is changed, on simulated nodes. Each test begins and ends with
 * all sessions up to date.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TemplateRollOutIT {
  private static final int SESSIONS = 200;
  private static final int AT_A_TIME = 20;
  private static final int TURNS_PER_GAP = 100;
  private static final Duration A_WHILE = Duration.ofSeconds(3);

  private final KubernetesClient client;
  private final String namespace;
  private final Kubectl kubectl;
  private final LiveTemplate template;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private RunningController controller;
  private CrowdEndpoints endpoints;
  private int version = 1;

  TemplateRollOutIT(Cluster cluster) {
    client = cluster.client();
    namespace = cluster.namespace();
    kubectl = new Kubectl(cluster);
    template = new LiveTemplate(client, namespace, "forgejo");
  }

  /**
   * What kubectl said, and the sessions that served something else when it had ended.
   *
   * @param took until it ended
   */
  private record Waited(Kubectl.Result result, Duration took, List<String> behind) {}

  @BeforeAll
  void serve() throws Exception {
    controller = controller(new DisturbedApi());
    endpoints = new CrowdEndpoints(client, namespace);
    McpSessionTemplate made =
        template.create(
            """
            {idleTimeoutSeconds: 0, drainSeconds: 10, service: true, podTemplate: {spec: {
              nodeSelector: {type: fake},
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}],
              containers: [{name: backend, image: "%s"}]}}}\
            """
                .formatted(image())
                .replace("\n", " "));
    for (int i = 0; i < SESSIONS; i++) {
      client.resource(GatewaySession.of(made, "user-" + i)).create();
    }
    Eventually.assertThat(() -> assertThat(endpoints.ready()).hasSize(SESSIONS));
    Eventually.assertThat(() -> assertThat(template.isUpToDate()).isTrue());
  }

  /** The EndpointSlice controller is slower than a roll-out, so this waits for it. */
  @AfterEach
  void servicesOnlyEverTurnedToReadyPods() {
    Eventually.assertThat(
        () ->
            assertThat(endpoints.ready())
                .isEqualTo(
                    sessions().stream()
                        .collect(
                            Collectors.toMap(
                                session -> session.getMetadata().getName(),
                                session -> Set.of(pod(session.getStatus()))))));
    System.out.printf(
        "So far Services turned to another Pod %d times; %d changes of EndpointSlices,"
            + " %d moments without a ready endpoint%n",
        endpoints.turns(), endpoints.changes(), endpoints.gaps().size());
    assertThat(endpoints.mistakes()).isEmpty();
    // On a busy machine the EndpointSlice controller may hear of the turn before it hears that the
    // Pod is Ready.
    assertThat(endpoints.gaps()).hasSizeLessThanOrEqualTo(endpoints.turns() / TURNS_PER_GAP);
  }

  @AfterAll
  void stop() {
    background.close();
    endpoints.close();
    controller.close();
    // Left to itself the garbage collector takes most of a minute, beside the next tests.
    client.resources(McpSession.class).inNamespace(namespace).delete();
    client.pods().inNamespace(namespace).withGracePeriod(0).delete();
    template.resource().delete();
    Eventually.assertThat(() -> assertThat(pods()).isEmpty());
  }

  @Test
  void aNewImageReachesAllSessionsFewAtATimeAndCanBeWaitedFor() throws Exception {
    try (var attempts = new AttemptWatch(client, namespace, Cause.TEMPLATE)) {
      template.change(newImage());
      Waited waited = waiting().get();
      System.out.printf(
          "Roll-out to %d sessions, %d at a time: kubectl wait took %d ms%n",
          SESSIONS, attempts.most(), waited.took().toMillis());
      assertEnded(waited);
      assertThat(attempts.most()).isBetween(1, AT_A_TIME);
    }
  }

  @Test
  void aSecondChangeOvertakesTheFirstInAllSessionsThatHadNotBegunIt() throws Exception {
    try (var versions = new Versions(client, namespace);
        var attempts = new AttemptWatch(client, namespace, Cause.TEMPLATE)) {
      template.change(newImage());
      String overtaken = image();
      Eventually.assertThat(
          () -> assertThat(serving(overtaken).size()).isGreaterThan(SESSIONS / 10));
      template.change(newImage());
      Future<Waited> waiting = waiting();
      Eventually.assertThat(
          () -> assertThat(template.says("Valid")).isEqualTo("Valid True Accepted"));
      Instant seen = Instant.now();
      int begun = versions.podsOf(overtaken).size();
      Waited waited = waiting.get();
      System.out.printf(
          "Changed again when %d sessions had begun the first change; %d Pods were made from it,"
              + " %d from the second%n",
          begun, versions.podsOf(overtaken).size(), versions.podsOf(image()).size());
      assertEnded(waited);
      assertThat(versions.podsOf(overtaken, seen)).isEmpty();
      assertThat(versions.podsOf(overtaken)).hasSizeLessThan(SESSIONS);
      assertThat(attempts.most()).isBetween(1, AT_A_TIME);
    }
  }

  @Test
  void whileABrokenImageIsRolledOutTheOldBackendsServeAndTheTemplateSaysWhatFails()
      throws Exception {
    String before = image();
    try (var attempts = new AttemptWatch(client, namespace, Cause.TEMPLATE)) {
      template.change(
          """
          {startupTimeoutSeconds: 2, podTemplate: {metadata: {labels: {fake/phase: NotReady}}}}\
          """);
      Eventually.assertThat(
          () -> {
            assertThat(template.says("UpToDate")).isEqualTo("UpToDate False RolloutFailing");
            assertThat(template.message("UpToDate"))
                .contains("%1$d of %1$d sessions behind".formatted(SESSIONS))
                .contains("cannot be replaced for now")
                .contains("was not ready within 2 s");
          });
      System.out.println("A broken image: " + template.message("UpToDate"));
      assertThat(serving(before)).hasSize(SESSIONS);
      assertThat(template.status().upToDate()).isIn(null, 0);
      template.change(
          """
          {startupTimeoutSeconds: null,
           podTemplate: {metadata: null, spec: {containers: [{name: backend, image: "%s"}]}}}\
          """
              .formatted(nextImage())
              .replace("\n", " "));
      assertEnded(waiting().get());
      assertThat(attempts.most()).isBetween(1, AT_A_TIME);
    }
  }

  @Test
  void anOperatorThatStartsInTheMiddleGoesOnAndOneThatStartsAfterwardsWritesNothing()
      throws Exception {
    template.change(newImage());
    Eventually.assertThat(() -> assertThat(serving(image())).isNotEmpty());
    controller.kill();
    assertThat(serving(image())).hasSizeLessThan(SESSIONS);
    controller = controller(new DisturbedApi());
    assertEnded(waiting().get());
    Eventually.assertThat(() -> assertThat(pods()).hasSize(SESSIONS));
    Eventually.staysSo(A_WHILE, () -> assertThat(template.isUpToDate()).isTrue());

    controller.close();
    Map<String, String> stored = stored();
    DisturbedApi api = new DisturbedApi();
    controller = controller(api);
    Eventually.staysSo(
        A_WHILE,
        () -> {
          assertThat(api.writes()).isEmpty();
          assertThat(stored()).isEqualTo(stored);
        });
  }

  private RunningController controller(DisturbedApi api) {
    return new RunningController(client, namespace, AT_A_TIME, api);
  }

  private String image() {
    return "registry.example/forgejo-mcp:" + version;
  }

  private String nextImage() {
    version++;
    return image();
  }

  /** A change of the template's session. */
  private String newImage() {
    return "{podTemplate: {spec: {containers: [{name: backend, image: \"%s\"}]}}}"
        .formatted(nextImage());
  }

  /** As an administrator waits for what was just changed. */
  private Future<Waited> waiting() {
    Instant began = Instant.now();
    return background.submit(
        () -> {
          Kubectl.Result result =
              kubectl.run(
                  200,
                  "wait",
                  "--for=condition=UpToDate",
                  "mcpt/" + template.name(),
                  "--namespace=" + namespace,
                  "--timeout=180s");
          Duration took = Duration.between(began, Instant.now());
          List<String> current = serving(image());
          return new Waited(
              result,
              took,
              sessions().stream()
                  .map(session -> session.getMetadata().getName())
                  .filter(name -> !current.contains(name))
                  .toList());
        });
  }

  private void assertEnded(Waited waited) {
    assertThat(waited.result().code()).as(waited.result().output()).isZero();
    assertThat(waited.behind()).isEmpty();
    assertThat(template.status().sessions()).isEqualTo(SESSIONS);
    assertThat(template.status().upToDate()).isEqualTo(SESSIONS);
  }

  /** The sessions that serve by a Pod made from this image. */
  private List<String> serving(String image) {
    Map<String, String> images =
        pods().stream()
            .collect(
                Collectors.toMap(
                    pod -> pod.getMetadata().getName(),
                    pod -> pod.getSpec().getContainers().getFirst().getImage()));
    return sessions().stream()
        .filter(session -> session.getStatus() != null && session.getStatus().podName() != null)
        .filter(session -> image.equals(images.get(pod(session.getStatus()))))
        .map(session -> session.getMetadata().getName())
        .toList();
  }

  private static String pod(McpSessionStatus status) {
    return String.valueOf(status.podName());
  }

  private List<McpSession> sessions() {
    return client.resources(McpSession.class).inNamespace(namespace).list().getItems();
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(namespace).withLabel(Names.SESSION_LABEL).list().getItems();
  }

  /** The resourceVersions of the template and its sessions, by name. */
  private Map<String, String> stored() {
    return Stream.<HasMetadata>concat(Stream.of(template.get()), sessions().stream())
        .collect(
            Collectors.toMap(
                object -> object.getMetadata().getName(),
                object -> object.getMetadata().getResourceVersion()));
  }
}
