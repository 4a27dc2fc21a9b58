package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.ObservedPod;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a Pod waits for an image, and when its containers started. */
class PodStartTest {
  private static final SessionKey ALICE = new SessionKey("team", "alice", "uid-1");
  private static final String SANDBOX = "{type: PodReadyToStartContainers, status: \"True\"}";
  private static final String CREATING = "state: {waiting: {reason: ContainerCreating}}";
  private static final String INITIALIZING = "state: {waiting: {reason: PodInitializing}}";
  private static final String RUNNING = "state: {running: {startedAt: 2026-11-21T09:00:%sZ}}";

  @Test
  void theImageOfTheNextContainerIsBeingPulled() {
    ObservedPod pod =
        read(
            SANDBOX,
            "initContainerStatuses: [{name: init, %1$s}, {name: sidecar, %1$s}]",
            "containerStatuses: [{name: backend, %1$s}, {name: more, %1$s}]");
    assertThat(pod.waitsFor()).isEqualTo("container init: image init:1 is being pulled");
    assertThat(pod.waitToShow()).endsWith("; see kubectl describe pod -n team alice-3");
    assertThat(pod.startedAt()).isNull();
    assertThat(pod.trouble()).isEmpty();
  }

  @Test
  void beforeTheSandboxIsReportedAVolumeOrTheNetworkMayBeMissing() {
    assertThat(
            read(
                    "{type: Initialized, status: \"True\"}",
                    "containerStatuses: [{name: backend, %2$s}]")
                .waitsFor())
        .isEqualTo(
            "container backend: image img:1 is being pulled, or a volume or the network is not"
                + " there yet");
  }

  @Test
  void afterTheInitContainersTheImageOfTheBackendIsBeingPulled() {
    assertThat(
            read(
                    SANDBOX,
                    "initContainerStatuses: [{name: init, state: {terminated: {exitCode: 0,"
                        + " startedAt: 2026-11-21T09:00:01Z}}}, {name: sidecar, started: true, "
                        + RUNNING.formatted("05")
                        + "}]",
                    "containerStatuses: [{name: backend, %1$s}, {name: more, %1$s}]")
                .waitsFor())
        .isEqualTo("container backend: image img:1 is being pulled");
  }

  @Test
  void aContainerThatRunsDoesNotHideThatTheNextOneIsBeingPulled() {
    assertThat(
            read(
                    SANDBOX,
                    "containerStatuses: [{name: backend, "
                        + RUNNING.formatted("05")
                        + "}, {name: more, %2$s}]")
                .waitsFor())
        .isEqualTo("container more: image more:1 is being pulled");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{name: init, %s}, {name: sidecar, %s}", "{name: sidecar, started: false, %s}"})
  void whileAnInitContainerRunsNothingIsPulled(String init) {
    ObservedPod pod =
        read(
            SANDBOX,
            "initContainerStatuses: ["
                + init.formatted(RUNNING.formatted("05"), INITIALIZING)
                + "]",
            "containerStatuses: [{name: backend, %1$s}]");
    assertThat(pod.waitsFor()).isNull();
    assertThat(pod.startedAt()).isEqualTo(Instant.parse("2026-11-21T09:00:05Z"));
  }

  @Test
  void theLastStartOfAContainerCounts() {
    ObservedPod pod =
        read(
            SANDBOX,
            "containerStatuses: [{name: backend, %s}, {name: more, %s}]"
                .formatted(RUNNING.formatted("05"), RUNNING.formatted("09")));
    assertThat(pod.waitsFor()).isNull();
    assertThat(pod.startedAt()).isEqualTo(Instant.parse("2026-11-21T09:00:09Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          restartCount: 1, state: {running: {startedAt: 2026-11-21T09:00:05Z}}, lastState: {terminated: {exitCode: 1}}
          restartCount: 0, state: {terminated: {exitCode: 1, startedAt: 2026-11-21T09:00:05Z}}
          state: {waiting: {reason: ImagePullBackOff}}
          state: {waiting: {reason: CreateContainerConfigError}}
          """)
  void whereSomethingWentWrongTheTimesSayNothing(String backend) {
    ObservedPod pod =
        read(SANDBOX, "containerStatuses: [{name: backend, " + backend + "}, {name: more, %2$s}]");
    assertThat(pod.waitsFor()).isNull();
    assertThat(pod.startedAt()).isNull();
  }

  @Test
  void ofAPodWithoutContainersInItsStatusNothingIsKnown() {
    assertThat(read(SANDBOX).waitsFor()).isNull();
    assertThat(read(SANDBOX).startedAt()).isNull();
  }

  private static ObservedPod read(String condition, String... lists) {
    StringBuilder yaml =
        new StringBuilder(
            """
            metadata:
              name: alice-3
              uid: pod-3
              ownerReferences: [{apiVersion: mcpsession.dev/v1alpha1, kind: McpSession, name: alice, uid: uid-1, controller: true}]
            spec:
              initContainers: [{name: init, image: 'init:1'}, {name: sidecar, image: 'sidecar:1', restartPolicy: Always}]
              containers: [{name: backend, image: 'img:1'}, {name: more, image: 'more:1'}]
            status:
              conditions: [{type: PodScheduled, status: "True", lastTransitionTime: 2026-11-21T09:00:00Z}, %s]
            """
                .formatted(condition));
    for (String list : lists) {
      yaml.append("  ")
          .append(list.replace("%1$s", INITIALIZING).replace("%2$s", CREATING))
          .append('\n');
    }
    return ObservedPods.read(
        Serialization.unmarshal(yaml.toString(), Pod.class), 3, ALICE, false, null);
  }
}
