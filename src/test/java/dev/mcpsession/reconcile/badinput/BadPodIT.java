package dev.mcpsession.reconcile.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.OperatorOf;
import dev.mcpsession.reconcile.RunningController;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates that the CRD accepts but that yield no Pod, or none that starts. */
@ClusterTest
class BadPodIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final LiveSession session;
  private RunningController controller;

  BadPodIT(Cluster cluster) {
    this.cluster = cluster;
    this.session =
        new LiveSession(cluster.client(), cluster.namespace(), "pod" + NUMBER.incrementAndGet());
  }

  @BeforeEach
  void start() {
    controller = new OperatorOf(cluster).with(api);
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    controller.close();
  }

  @Test
  void anImageThatCannotBePulledIsNamedAndTriedAgainWithBackoff() {
    session.source(Map.of("token", "t"));
    session.create(
        "{startupTimeoutSeconds: 12, %s}".formatted(token()),
        """
        {spec: {terminationGracePeriodSeconds: 1,
          containers: [{name: backend, image: "registry.invalid/forgejo-mcp:1.4"}]}}
        """);
    Eventually.assertThat(
        () ->
            assertThat(session.message(ConditionType.Ready))
                .contains("image registry.invalid/forgejo-mcp:1.4 cannot be pulled"));
    assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready Starting");
    Instant said = Instant.now();
    int writes = api.writes().size();
    // ErrImagePull and ImagePullBackOff alternate meanwhile.
    Eventually.assertThat(
        () -> {
          boolean failed = session.says(ConditionType.Ready).equals("not Ready StartFailed");
          assertThat(failed || api.writes().size() == writes).isTrue();
          assertThat(failed).isTrue();
        });
    assertThat(Duration.between(said, Instant.now())).isGreaterThan(Duration.ofSeconds(5));
    assertThat(session.message(ConditionType.Ready))
        .contains("was not ready within 12 s")
        .contains("registry.invalid/forgejo-mcp:1.4")
        .contains("next attempt at");
    assertThat(session.status().failures()).isEqualTo(1);
    Eventually.assertThat(
        () -> {
          assertThat(session.events()).containsEntry("StartFailed", 1);
          assertThat(LiveSession.names(session.ownPods())).isEmpty();
          assertThat(LiveSession.names(session.ownSecrets())).isEmpty();
        });
    assertThat(session.eventMessage("StartFailed")).contains("registry.invalid/forgejo-mcp:1.4");

    session.patch("{spec: {podTemplate: %s}}".formatted(LiveSession.REAL));
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    assertThat(session.status().failures()).isZero();
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(25);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a volume where the token goes | volumeMounts: [{name: a, mountPath: /var/run/secrets/mcpsession.dev}] | must be unique
          an unknown volume       | volumeMounts: [{name: c, mountPath: /c}] | Not found: "c"
          a negative limit        | resources: {limits: {memory: -1}} | must be greater than or equal to 0
          """)
  void aPodThatIsRefusedSaysWhyAndIsMadeAtOnceWhenTheTemplateIsMended(
      String what, String field, String words) {
    session.source(Map.of("token", "t"));
    session.create("{%s}".formatted(token()), refused(field));
    Eventually.assertThat(
        () -> assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready InvalidSpec"));
    assertThat(session.message(ConditionType.Ready)).contains(words).contains("next attempt at");
    Eventually.assertThat(() -> assertThat(session.eventMessage("StartFailed")).contains(words));
    assertThat(LiveSession.names(session.ownSecrets())).isEmpty();
    assertThat(session.status().failures()).isEqualTo(1);
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(10);

    session.patch("{spec: {podTemplate: %s}}".formatted(LiveSession.FAKE));
    Eventually.assertWithin(Duration.ofSeconds(3), () -> assertThat(session.isServing()).isTrue());
    assertThat(session.status().failures()).isZero();
    assertThat(LiveSession.names(session.ownSecrets()))
        .isEqualTo(List.of(session.status().podName()));
  }

  @Test
  void aRefusedReplacementLeavesWhatServesAlone() {
    session.source(Map.of("token", "t"));
    session.create("{%s}".formatted(token()), LiveSession.FAKE);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    session.patch(
        "{spec: {podTemplate: %s}}".formatted(refused("volumeMounts: [{name: c, mountPath: /c}]")));
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.UpToDate))
                .isEqualTo("not UpToDate ReplaceFailed"));
    assertThat(session.message(ConditionType.UpToDate)).contains("Not found: \"c\"");
    assertThat(session.isServing()).isTrue();
    Eventually.assertThat(() -> assertThat(session.events()).containsEntry("ReplaceFailed", 1));

    api.listen();
    session.patch(
        "{spec: {podTemplate: {spec: {containers: [{name: backend, image: 'busybox:1.35'}],"
            + " volumes: null}}}}");
    Eventually.assertWithin(
        Duration.ofSeconds(3),
        () -> assertThat(session.says(ConditionType.UpToDate)).isEqualTo("UpToDate Current"));
    assertThat(session.status().revision()).isEqualTo(1);
    assertThat(LiveSession.names(session.ownSecrets())).isEqualTo(List.of(session.name() + "-1"));
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void aBackendThatWantsToRunAsRootIsToldWhatToSet() {
    session.create(
        "{}",
        """
        {spec: {terminationGracePeriodSeconds: 1, containers: [{
          name: backend, image: "busybox:1.35", imagePullPolicy: IfNotPresent,
          command: [httpd, -f, -p, "8080", -h, /tmp], securityContext: {runAsUser: 0}}]}}
        """);
    Eventually.assertThat(
        () ->
            assertThat(session.message(ConditionType.Ready))
                .contains("CreateContainerConfigError")
                .contains("set securityContext.runAsUser in spec.podTemplate to a user other than")
                .contains("or runAsNonRoot to false"));
    api.listen();
    Eventually.staysSo(Duration.ofSeconds(4), () -> assertThat(api.writes()).isEmpty());
  }

  private String token() {
    return "token: {secret: {name: %s-source}}".formatted(session.name());
  }

  private static String refused(String field) {
    return """
    {spec: {
      nodeSelector: {type: fake},
      tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}],
      volumes: [{name: a, emptyDir: {}}],
      containers: [{name: backend, image: "busybox:1.35", %s}]}}
    """
        .formatted(field);
  }
}
