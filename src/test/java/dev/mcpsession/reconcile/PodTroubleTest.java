package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.ObservedPod;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Pod's status tells users, and what of it is never repeated. */
class PodTroubleTest {
  private static final SessionKey ALICE = new SessionKey("team", "alice", "uid-1");
  private static final String POD =
      """
      metadata:
        name: alice-3
        uid: pod-3
        ownerReferences: [{apiVersion: mcpsession.dev/v1alpha1, kind: McpSession, name: alice, uid: uid-1, controller: true}]
      spec:
        nodeName: node1
        initContainers:
        - {name: init, image: 'init:1'}
        - {name: sidecar, image: 'sidecar:1', restartPolicy: Always}
        containers:
        - name: backend
          image: img:1
          env: [{name: A, valueFrom: {configMapKeyRef: {name: map, key: a}}}]
          envFrom: [{secretRef: {name: keys}}]
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containerStatuses: [{name: backend, state: {terminated: {exitCode: 1, reason: Error,"
            + " message: 'T0K'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {reason: CrashLoopBackOff, message:"
            + " 'T0K'}}, lastState: {terminated: {exitCode: 1, message: 'T0K'}}}]",
        "containerStatuses: [{name: backend, state: {terminated: {exitCode: 128, reason:"
            + " StartError, message: 'exec: \"run T0K\"'}}}]",
        "containerStatuses: [{name: backend, state: {terminated: {exitCode: 1, reason: 'T0K'}}}]",
        "containerStatuses: [{name: backend, state: {terminated: {exitCode: 1, reason: 'Error:"
            + " T0K'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {reason: RunContainerError, message:"
            + " 'exec: \"run T0K\"'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {reason: CreateContainerError,"
            + " message: 'T0K'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {reason: CreateContainerConfigError,"
            + " message: 'secret \"T0K\" not found'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {reason: PostStartHookError, message:"
            + " 'T0K'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {reason: 'T0K', message: 'T0K'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {message: 'T0K'}}}]",
        "containerStatuses: [{name: backend, image: 'T0K', state: {waiting: {reason: ErrImagePull,"
            + " message: 'https://user:T0K@registry'}}}]",
        "containerStatuses: [{name: backend, image: 'T0K', state: {waiting: {reason:"
            + " ImagePullBackOff, message: 'Back-off pulling image \"img:1\": ErrImagePull: T0K not"
            + " found'}}}]",
        "containerStatuses: [{name: backend, state: {waiting: {reason: InvalidImageName, message:"
            + " 'T0K'}}}]",
        "initContainerStatuses: [{name: init, state: {terminated: {exitCode: 1, message: 'T0K'}}}]",
        "initContainerStatuses: [{name: init, state: {waiting: {reason: RunContainerError, message:"
            + " 'T0K'}}}]",
        "initContainerStatuses: [{name: sidecar, state: {running: {}}, lastState: {terminated:"
            + " {exitCode: 1, message: 'T0K'}}}]",
        "ephemeralContainerStatuses: [{name: debug, state: {terminated: {exitCode: 1, message:"
            + " 'T0K'}}}]",
        "{phase: Failed, reason: Evicted, message: 'T0K'}",
        "{phase: Failed, reason: 'T0K', message: 'T0K'}",
        "conditions: [{type: Ready, status: 'False', reason: 'T0K', message: 'T0K'}, {type:"
            + " ContainersReady, status: 'False', message: 'T0K'}]"
      })
  void whatAContainerOrARuntimeSaysIsNotRepeated(String status) {
    ObservedPod pod = read("status: " + (status.startsWith("{") ? status : "{" + status + "}"));
    assertThat(pod.toString()).doesNotContain("T0K");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {waiting: {reason: ContainerCreating}} | '' | false
          {waiting: {reason: ErrImagePull, message: not found}} | container backend: image img:1 cannot be pulled: not found | false
          {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image "img:1": ErrImagePull: not found'}} | container backend: image img:1 cannot be pulled: not found | false
          {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image "img:1"'}} | container backend: image img:1 cannot be pulled | false
          {waiting: {reason: ErrImagePull, message: 'pull access denied, repository does not exist or may require authorization'}} | container backend: image img:1 cannot be pulled: access denied; is it there, and do imagePullSecrets allow it? | false
          {waiting: {reason: ErrImagePull, message: 'dial tcp: lookup r.invalid: no such host'}} | container backend: image img:1 cannot be pulled: the registry cannot be reached | false
          {waiting: {reason: ErrImageNeverPull, message: x}} | container backend: image img:1 cannot be pulled: the node does not have it, and imagePullPolicy is Never | false
          {waiting: {reason: InvalidImageName, message: x}} | container backend: image img:1 cannot be pulled: that is no name of an image | false
          {terminated: {exitCode: 137, reason: OOMKilled}} | container backend exited with code 137 (OOMKilled) | true
          {terminated: {exitCode: 139, signal: 11}} | container backend exited with code 139, signal 11 | true
          {terminated: {exitCode: 3, message: ' no config '}} | container backend exited with code 3 | true
          {terminated: {exitCode: 128, reason: StartError, message: 'exec: "nothing"'}} | container backend could not be started, code 128 (StartError) | true
          {waiting: {reason: RunContainerError, message: 'exec: "nothing"'}} | container backend: RunContainerError | false
          {waiting: {reason: CreateContainerConfigError, message: 'secret "keys" not found'}} | container backend: CreateContainerConfigError, Secret keys not found | false
          {waiting: {reason: CreateContainerConfigError, message: "couldn't find key a in ConfigMap team/map"}} | container backend: CreateContainerConfigError, key a not found in ConfigMap map | false
          {waiting: {reason: CreateContainerConfigError, message: 'secret "other" not found'}} | container backend: CreateContainerConfigError | false
          {running: {}} | '' | false
          """)
  void theTroubleSaysWhatTheContainerWaitsForOrHowItEnded(
      String state, String trouble, boolean exited) {
    ObservedPod pod =
        read("status: {containerStatuses: [{name: backend, ready: false, state: " + state + "}]}");
    assertThat(pod.trouble()).isEqualTo(trouble);
    assertThat(pod.exited()).isEqualTo(exited);
    assertThat(pod.ended()).isFalse();
  }

  @Test
  void theTroubleStaysTheSameWhileTheKubeletWaitsWithTheNextStart() {
    String end = "terminated: {exitCode: 2, reason: Error}";
    ObservedPod ended = read(backend("state: {" + end + "}"));
    ObservedPod waiting =
        read(backend("state: {waiting: {reason: CrashLoopBackOff}}, lastState: {" + end + "}"));
    ObservedPod again = read(backend("state: {running: {}}, lastState: {" + end + "}"));
    assertThat(ended.trouble()).isEqualTo("container backend exited with code 2 (Error)");
    assertThat(waiting).isEqualTo(ended);
    assertThat(again).isEqualTo(ended);
  }

  @Test
  void whoWantsToKnowMoreIsToldWhereTheLogIs() {
    String end = "state: {terminated: {exitCode: 2}}";
    assertThat(read(backend(end)).troubleToShow())
        .isEqualTo(
            "container backend exited with code 2;"
                + " see kubectl logs -n team alice-3 -c backend --previous");
    assertThat(read("status: {phase: Failed, containerStatuses: [{name: backend, " + end + "}]}"))
        .extracting(ObservedPod::troubleToShow, ObservedPod::lastTrouble)
        .containsExactly(
            "container backend exited with code 2; see kubectl logs -n team alice-3 -c backend",
            "container backend exited with code 2; the Pod is deleted with its log; the next one's:"
                + " kubectl logs -n team -f -l mcpsession.dev/session=alice -c backend");
    assertThat(read("status: {initContainerStatuses: [{name: init, " + end + "}]}").troubleToShow())
        .endsWith("-c init --previous");
    assertThat(
            read("status: {initContainerStatuses: [{name: init, " + end + "}]}", "Never")
                .troubleToShow())
        .endsWith("-c init");
  }

  @Test
  void whoWantsToKnowMoreOfWhatNeverRanIsToldWhereItsEventsAre() {
    ObservedPod pod =
        read(backend("state: {waiting: {reason: RunContainerError, message: 'exec: \"x\"'}}"));
    assertThat(pod.troubleToShow())
        .isEqualTo(
            "container backend: RunContainerError; see kubectl describe pod -n team alice-3");
    assertThat(pod.lastTrouble())
        .isEqualTo(
            "container backend: RunContainerError; see kubectl get events -n team"
                + " --field-selector involvedObject.name=alice-3");
  }

  @Test
  void aContainerThatMustNotRunAsRootSaysWhatToSet() {
    String error = "state: {waiting: {reason: CreateContainerConfigError, message: ";
    for (String words :
        List.of(
            "container has runAsNonRoot and image will run as root",
            "container's runAsUser breaks non-root policy")) {
      assertThat(read(backend(error + '"' + words + "\"}}")).trouble())
          .isEqualTo(
              "container backend: CreateContainerConfigError, it would run as root; set"
                  + " securityContext.runAsUser in spec.podTemplate to a user other than 0, or"
                  + " runAsNonRoot to false");
    }
  }

  @Test
  void theSchedulersWordsComeFirstAndOnOneLine() {
    String status =
        "status: {conditions: [{type: PodScheduled, status: 'False', message: \"0/3\\nnodes\"}]}";
    assertThat(read(status).troubleToShow()).isEqualTo("not scheduled: 0/3 nodes");
    assertThat(read(status).scheduledAt()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'The node was low on resource: memory. Container backend was using 1Gi' | Evicted: the node was low on memory
          'The node was low on resource: T0K' | Evicted
          '' | Evicted
          """)
  void anEvictedPodSaysWhatTheNodeLacked(String message, String trouble) {
    assertThat(
            read("status: {phase: Failed, reason: Evicted, message: '" + message + "'}").trouble())
        .isEqualTo(trouble);
  }

  private static String backend(String fields) {
    return "status: {containerStatuses: [{name: backend, ready: false, " + fields + "}]}";
  }

  private static ObservedPod read(String status, String restartPolicy) {
    Pod pod = Serialization.unmarshal(POD + status, Pod.class);
    pod.getSpec().setRestartPolicy(restartPolicy);
    return ObservedPods.read(pod, 3, ALICE, false, null);
  }

  private static ObservedPod read(String status) {
    return ObservedPods.read(
        Serialization.unmarshal(POD + status, Pod.class), 3, ALICE, false, null);
  }
}
