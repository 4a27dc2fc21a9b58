package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservedPodsTest {
  private static final SessionKey ALICE = new SessionKey("team", "alice", "uid-1");
  private static final String META =
      """
      metadata:
        name: alice-3
        uid: pod-3
        annotations:
          mcpsession.dev/template-hash: hash
          mcpsession.dev/restarted-at: then
          mcpsession.dev/port: "9090"
          mcpsession.dev/token-obtained-at: 2026-11-21T09:00:00Z
          mcpsession.dev/token-expires-at: 2026-11-21T10:00:00Z
        ownerReferences: [{apiVersion: mcpsession.dev/v1alpha1, kind: McpSession, name: alice, uid: uid-1, controller: true}]
      """;

  @Test
  void aPodWithoutStatusIsStarting() {
    ObservedPod pod = read("");
    assertThat(pod.owned()).isTrue();
    assertThat(pod.ready()).isFalse();
    assertThat(pod.scheduledAt()).isNull();
    assertThat(pod.ip()).isNull();
    assertThat(pod.port()).isEqualTo(9090);
    assertThat(pod.template()).isEqualTo("hash");
    assertThat(pod.restartedAt()).isEqualTo("then");
    assertThat(pod.token())
        .isEqualTo(
            new TokenInfo(
                Instant.parse("2026-11-21T09:00:00Z"),
                Instant.parse("2026-11-21T10:00:00Z"),
                null));
    assertThat(pod.trouble()).isEmpty();
  }

  @Test
  void aReadyPodHasNoTrouble() {
    ObservedPod pod =
        read(
            """
            status:
              phase: Running
              podIP: 10.0.0.3
              conditions:
              - {type: PodScheduled, status: "True", lastTransitionTime: 2026-11-21T09:00:01Z}
              - {type: Ready, status: "True", lastTransitionTime: 2026-11-21T09:00:05Z}
              containerStatuses:
              - {name: backend, ready: true, lastState: {terminated: {exitCode: 1}}}
            """);
    assertThat(pod.ready()).isTrue();
    assertThat(pod.readyChangedAt()).isEqualTo(Instant.parse("2026-11-21T09:00:05Z"));
    assertThat(pod.scheduledAt()).isEqualTo(Instant.parse("2026-11-21T09:00:01Z"));
    assertThat(pod.ip()).isEqualTo("10.0.0.3");
    assertThat(pod.exited()).isFalse();
    assertThat(pod.trouble()).isEmpty();
  }

  @Test
  void theSchedulersWordsComeFirst() {
    String status =
        "status: {conditions: [{type: PodScheduled, status: 'False', message: 0/3 nodes}]}\n";
    assertThat(read(status).trouble()).isEqualTo("not scheduled: 0/3 nodes");
    assertThat(read(status).unschedulable()).isEqualTo("0/3 nodes");
    assertThat(read(status).scheduledAt()).isNull();
  }

  @Test
  void theSchedulersWordsAreOneLineOfBoundedLength() {
    String words = "\"0/3 nodes\\n\\t are available: " + "x".repeat(2000) + "\"";
    String status =
        "status: {conditions: [{type: PodScheduled, status: 'False', message: " + words + "}]}\n";
    assertThat(read(status).unschedulable()).startsWith("0/3 nodes are available: x").hasSize(500);
  }

  @ParameterizedTest
  @CsvSource({"Failed,true", "Succeeded,true", "Running,false", "Pending,false", "Unknown,false"})
  void thePhaseTellsWhetherItEnded(String phase, boolean ended) {
    assertThat(read("status: {phase: " + phase + "}\n").ended()).isEqualTo(ended);
  }

  @Test
  void illegibleAnnotationsAreAsGoodAsAbsent() {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata:
              name: alice-3
              uid: pod-3
              deletionTimestamp: 2026-11-21T09:00:00Z
              annotations: {mcpsession.dev/port: http, mcpsession.dev/token-obtained-at: once}
            """,
            Pod.class);
    ObservedPod observed = ObservedPods.read(pod, 3, ALICE, false, null);
    assertThat(observed.port()).isNull();
    assertThat(observed.token()).isNull();
    assertThat(observed.owned()).isFalse();
    assertThat(observed.terminating()).isTrue();
  }

  private static ObservedPod read(String status) {
    return ObservedPods.read(
        Serialization.unmarshal(META + status, Pod.class), 3, ALICE, false, null);
  }
}
