package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What two Pods cannot share, on a node that runs containers. */
@ClusterTest
class RecreateIT {
  private static final int HOST_PORT = 18473;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Cluster cluster;
  private final LiveSession session;
  private RunningController controller;

  RecreateIT(Cluster cluster) {
    this.cluster = cluster;
    this.session =
        new LiveSession(cluster.client(), cluster.namespace(), "alone" + NUMBER.incrementAndGet());
  }

  @BeforeEach
  void start() {
    controller = new RunningController(cluster.client(), cluster.namespace());
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    // One of the backends would make use of all its time.
    session.ownPods().forEach(pod -> cluster.client().resource(pod).withGracePeriod(1).delete());
    Eventually.assertThat(() -> assertThat(session.ownPods()).isEmpty());
    controller.close();
  }

  @Test
  void aHostPortIsInTheWayOfSurgeAndRecreateReplaces() {
    session.create("{startupTimeoutSeconds: 3, drainSeconds: 5}", withHostPort("one"));
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());

    session.patch("{spec: {podTemplate: %s}}".formatted(withHostPort("two")));
    Eventually.assertThat(
        () ->
            assertThat(session.message(ConditionType.UpToDate))
                .contains("free ports")
                .contains("set spec.replacement: Recreate"));
    assertThat(session.isServing()).isTrue();
    assertThat(session.status().podName()).isEqualTo(pod(1));

    try (var pods = new PodSuccession(cluster.client(), cluster.namespace(), session.name())) {
      Eventually.assertThat(() -> assertThat(pods.besides()).containsKeys(pod(1), pod(2)));
      session.patch("{spec: {replacement: Recreate}}");
      Eventually.assertThat(
          () -> {
            assertThat(session.says(ConditionType.UpToDate)).isEqualTo("UpToDate Current");
            assertThat(session.isServing()).isTrue();
          });
      String third = session.status().podName();
      assertThat(third).isNotIn(pod(1), pod(2));
      session.patch("{spec: {podTemplate: %s}}".formatted(withHostPort("three")));
      Eventually.assertThat(
          () -> {
            assertThat(session.isServing()).isTrue();
            assertThat(session.status().podName()).isNotEqualTo(third);
          });
      Map<String, List<String>> besides = pods.besides();
      assertThat(besides.get(third)).isEmpty();
      assertThat(besides.get(session.status().podName())).isEmpty();
      assertThat(besides).hasSize(4);
    }
    assertThat(session.events()).containsEntry("Replaced", 2).doesNotContainKey("BackendExited");
    assertThat(session.status().failures()).isZero();
  }

  @Test
  void aTemplateThatIsRefusedStopsNothingAndABackendThatIgnoresTheSignalHasDrainSeconds() {
    session.create("{replacement: Recreate, drainSeconds: 2}", stubborn());
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    try (var pods = new PodSuccession(cluster.client(), cluster.namespace(), session.name())) {
      session.patch("{spec: {podTemplate: {spec: {tolerations: [{operator: Maybe}]}}}}");
      Eventually.assertThat(
          () ->
              assertThat(session.says(ConditionType.UpToDate))
                  .isEqualTo("not UpToDate ReplaceFailed"));
      assertThat(session.message(ConditionType.UpToDate))
          .contains("Pod " + pod(2) + " would be refused")
          .contains("tolerations");
      assertThat(session.isServing()).isTrue();
      assertThat(session.status().podName()).isEqualTo(pod(1));
      assertThat(pods.grace(pod(1))).isNull();

      session.patch("{spec: {podTemplate: {spec: {tolerations: null, hostname: two}}}}");
      Eventually.assertThat(
          () -> assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready Recreating"));
      Eventually.assertThat(
          () -> {
            assertThat(session.isServing()).isTrue();
            assertThat(session.status().podName()).isNotEqualTo(pod(1));
          });
      assertThat(pods.grace(pod(1))).isEqualTo(2);
      assertThat(pods.besides().get(session.status().podName())).isEmpty();
    }
  }

  private String pod(int revision) {
    return Names.child(session.name(), revision);
  }

  private static String withHostPort(String version) {
    return """
    {metadata: {labels: {version: "%s"}},
     spec: {terminationGracePeriodSeconds: 1, containers: [{
       name: backend, image: "busybox:1.35", imagePullPolicy: IfNotPresent,
       ports: [{containerPort: 8080, hostPort: %d}],
       command: [httpd, -f, -p, "8080", -h, /tmp]}]}}
    """
        .formatted(version, HOST_PORT);
  }

  private static String stubborn() {
    return """
    {spec: {terminationGracePeriodSeconds: 60, containers: [{
       name: backend, image: "busybox:1.35", imagePullPolicy: IfNotPresent,
       command: [sh, -c, "trap '' TERM; httpd -p 8080 -h /tmp; while :; do sleep 1; done"]}]}}
    """;
  }
}
