package dev.mcpsession.embedded;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pod statuses as a kubelet writes them; whole seconds, as everywhere in the core API. */
record PodConditions(Container container, String address, Instant scheduled) {

  /** The process is about to be started, or waits for its volumes. */
  PodStatus creating() {
    ContainerStatus status = container(false).withState(waiting("ContainerCreating")).build();
    return status("Pending", status, "False", "ContainersNotReady", scheduled).build();
  }

  PodStatus running(Instant started, boolean ready, Instant since) {
    ContainerStatus status =
        container(ready)
            .withStarted(true)
            .withState(
                new ContainerStateBuilder()
                    .withNewRunning()
                    .withStartedAt(time(started))
                    .endRunning()
                    .build())
            .build();
    return status(
            "Running", status, ready ? "True" : "False", ready ? null : "ContainersNotReady", since)
        .withPodIP(address)
        .addNewPodIP(address)
        .build();
  }

  PodStatus ended(int exitCode, Instant finished) {
    ContainerStatus status =
        container(false)
            .withState(
                new ContainerStateBuilder()
                    .withNewTerminated()
                    .withExitCode(exitCode)
                    .withReason(exitCode == 0 ? "Completed" : "Error")
                    .withFinishedAt(time(finished))
                    .endTerminated()
                    .build())
            .build();
    String phase = exitCode == 0 ? "Succeeded" : "Failed";
    return status(phase, status, "False", exitCode == 0 ? "PodCompleted" : "PodFailed", finished)
        .build();
  }

  private ContainerStatusBuilder container(boolean ready) {
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage(container.getImage())
        .withReady(ready)
        .withRestartCount(0);
  }

  private static ContainerState waiting(String reason) {
    return new ContainerStateBuilder().withNewWaiting().withReason(reason).endWaiting().build();
  }

  private PodStatusBuilder status(
      String phase,
      ContainerStatus container,
      String ready,
      @Nullable String reason,
      Instant since) {
    return new PodStatusBuilder()
        .withPhase(phase)
        .withHostIP("127.0.0.1")
        .withStartTime(time(scheduled))
        .withContainerStatuses(List.of(container))
        .withConditions(
            condition("PodScheduled", "True", null, scheduled),
            condition("Ready", ready, reason, since));
  }

  private static PodCondition condition(
      String type, String status, @Nullable String reason, Instant since) {
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withLastTransitionTime(time(since))
        .build();
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
