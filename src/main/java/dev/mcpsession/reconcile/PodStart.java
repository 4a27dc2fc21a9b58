package dev.mcpsession.reconcile;

import static dev.mcpsession.reconcile.ContainerTrouble.ORDINARY;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far a scheduled Pod's containers have come, before anything went wrong. The kubelet starts
 * them one after the other and pulls the image of each just before. Pure.
 *
 * @param waitsFor what the next container waits for, for users: its image as a rule; null if none
 *     waits to be started
 * @param startedAt when the container that started last did; null if none has yet, if one still
 *     waits, or if one was restarted, which hides when it first started
 */
record PodStart(@Nullable String waitsFor, @Nullable Instant startedAt) {
  static final PodStart UNKNOWN = new PodStart(null, null);

  static PodStart of(Pod pod) {
    PodStatus status = pod.getStatus();
    PodSpec spec = pod.getSpec();
    if (status == null || spec == null || anyWentWrong(status)) {
      return UNKNOWN;
    }
    if (status.getInitContainerStatuses().stream().noneMatch(init -> holdsUp(init, spec))) {
      Optional<ContainerStatus> next =
          containers(status).filter(container -> isWaiting(container)).findFirst();
      if (next.isPresent()) {
        return new PodStart(words(next.get().getName(), status, spec), null);
      }
    }
    return new PodStart(
        null,
        containers(status)
            .map(PodStart::startOf)
            .filter(Objects::nonNull)
            .max(Instant::compareTo)
            .orElse(null));
  }

  private static Stream<ContainerStatus> containers(PodStatus status) {
    return Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
        .flatMap(List::stream);
  }

  private static boolean anyWentWrong(PodStatus status) {
    return containers(status)
        .anyMatch(
            container ->
                !Objects.requireNonNullElse(container.getRestartCount(), 0).equals(0)
                    || (ContainerTrouble.exit(container) != null
                        && !ContainerTrouble.succeeded(container)));
  }

  /** Whether an init container runs and the next one has to wait for it. */
  private static boolean holdsUp(ContainerStatus init, PodSpec spec) {
    boolean running = init.getState() != null && init.getState().getRunning() != null;
    boolean sidecar = "Always".equals(container(init.getName(), spec).getRestartPolicy());
    return running && !(sidecar && Boolean.TRUE.equals(init.getStarted()));
  }

  private static boolean isWaiting(ContainerStatus container) {
    return container.getState() != null
        && container.getState().getWaiting() != null
        && container.getState().getWaiting().getReason() != null
        && ORDINARY.contains(container.getState().getWaiting().getReason());
  }

  private static @Nullable Instant startOf(ContainerStatus container) {
    ContainerState state = container.getState();
    String time =
        state == null
            ? null
            : state.getRunning() != null
                ? state.getRunning().getStartedAt()
                : state.getTerminated() != null ? state.getTerminated().getStartedAt() : null;
    return ObservedPods.instant(time);
  }

  /**
   * Before version 1.35 a kubelet reports the sandbox, and with it volumes and network, only after
   * the pull.
   */
  private static String words(String name, PodStatus status, PodSpec spec) {
    boolean sandbox =
        status.getConditions().stream()
            .anyMatch(
                condition ->
                    "PodReadyToStartContainers".equals(condition.getType())
                        && "True".equals(condition.getStatus()));
    String image = container(name, spec).getImage();
    return "container "
        + name
        + ": image "
        + (image == null ? "" : image + " ")
        + "is being pulled"
        + (sandbox ? "" : ", or a volume or the network is not there yet");
  }

  private static Container container(String name, PodSpec spec) {
    return Stream.of(spec.getInitContainers(), spec.getContainers())
        .flatMap(List::stream)
        .filter(container -> name.equals(container.getName()))
        .findFirst()
        .orElseGet(Container::new);
  }
}
