package dev.mcpsession.simulation;

import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scheduler and kubelet: one step of one Pod's life at a time. */
final class ModelKubelet {
  /** A container that runs and never becomes ready. */
  static final String HUNG_IMAGE = "hung";

  private final World world;
  private final ModelApiServer server;
  private int addresses;

  ModelKubelet(World world) {
    this.world = world;
    this.server = world.server;
  }

  void step() {
    List<Pod> pods = new ArrayList<>(server.pods.all());
    while (!pods.isEmpty()) {
      Pod pod = pods.remove(world.chance.below(pods.size()));
      if (advance(pod)) {
        return;
      } else if (!world.calm && world.chance.in(0.04)) {
        disturb(pod);
        return;
      }
    }
  }

  /** Does all pending work; nothing goes wrong. */
  void settle() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Pod pod : server.pods.all()) {
        moved |= advance(pod);
      }
    }
  }

  /** Takes a Pod's next step if nothing goes wrong; false if there is none. */
  private boolean advance(Pod pod) {
    PodStatus status = pod.getStatus();
    if (!Truth.isLive(pod)) {
      if (world.clock.instant().isBefore(ended(pod))) {
        return false;
      }
      server.pods.remove(Truth.name(pod));
      return note(pod, "is gone");
    } else if (status != null && "Failed".equals(status.getPhase())) {
      return false;
    } else if (pod.getSpec().getNodeName() == null) {
      return schedule(pod);
    } else if (status == null || status.getPodIP() == null) {
      if (!hasSecrets(pod)) {
        return false;
      }
      server.pods.edit(
          pod,
          copy -> {
            status(copy).setPhase("Running");
            status(copy).setPodIP("10.0.0." + ++addresses);
            condition(copy, "Ready", false);
          });
      return note(pod, "runs");
    } else if (Truth.isReady(pod)
        || image(pod).equals(HUNG_IMAGE)
        || world.clock.instant().isBefore(started(pod))) {
      return false;
    }
    server.pods.edit(pod, copy -> becomeReady(copy));
    return note(pod, "is ready");
  }

  /** When a Pod that runs can be ready. */
  private Instant started(Pod pod) {
    return status(pod).getConditions().stream()
        .filter(condition -> "Ready".equals(condition.getType()))
        .map(condition -> Instant.parse(condition.getLastTransitionTime()).plus(world.starts))
        .findFirst()
        .orElse(Instant.MIN);
  }

  private Instant ended(Pod pod) {
    return Instant.parse(pod.getMetadata().getDeletionTimestamp()).plus(world.ends);
  }

  /** When the next Pod can be ready, or gone; null if none has to take its time. */
  @Nullable Instant nextChange() {
    return server.pods.all().stream()
        .filter(pod -> !Truth.isLive(pod) || (pod.getStatus() != null && !Truth.isReady(pod)))
        .map(pod -> Truth.isLive(pod) ? started(pod) : ended(pod))
        .filter(world.clock.instant()::isBefore)
        .min(Instant::compareTo)
        .orElse(null);
  }

  private boolean schedule(Pod pod) {
    String node = world.nodes.placeFor(pod);
    if (node == null) {
      return refuse(pod);
    }
    server.pods.edit(
        pod,
        copy -> {
          copy.getSpec().setNodeName(node);
          condition(copy, "PodScheduled", true);
        });
    return note(pod, "is scheduled to " + node);
  }

  /** Says why there is no node, once. */
  private boolean refuse(Pod pod) {
    if (pod.getStatus() != null && !pod.getStatus().getConditions().isEmpty()) {
      return false;
    }
    server.pods.edit(
        pod,
        copy -> {
          condition(copy, "PodScheduled", false);
          status(copy).getConditions().getFirst().setMessage("0/2 nodes are available");
        });
    return note(pod, "fits no node");
  }

  private void becomeReady(Pod pod) {
    status(pod).setContainerStatuses(new ArrayList<>());
    condition(pod, "Ready", true);
  }

  private void disturb(Pod pod) {
    if (!Truth.isReady(pod)) {
      return;
    }
    switch (world.chance.below(4)) {
      case 0 -> server.pods.edit(pod, copy -> condition(copy, "Ready", false));
      case 1 -> server.pods.edit(pod, this::exit);
      case 2 ->
          server.pods.edit(
              pod,
              copy -> {
                exit(copy);
                status(copy).setPhase("Failed");
              });
      default -> server.pods.edit(pod, copy -> status(copy).setPodIP("10.0.1." + ++addresses));
    }
    note(pod, "is disturbed");
  }

  private void exit(Pod pod) {
    condition(pod, "Ready", false);
    status(pod)
        .setContainerStatuses(
            List.of(
                new ContainerStatusBuilder()
                    .withName("backend")
                    .withReady(false)
                    .withNewLastState()
                    .withNewTerminated()
                    .withExitCode(1)
                    .endTerminated()
                    .endLastState()
                    .build()));
  }

  private boolean note(Pod pod, String what) {
    world.trace.line("Pod " + Truth.name(pod) + " " + what);
    return true;
  }

  private static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  private boolean hasSecrets(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .map(Volume::getSecret)
        .allMatch(source -> source == null || server.secrets.find(source.getSecretName()) != null);
  }

  private static PodStatus status(Pod pod) {
    if (pod.getStatus() == null) {
      pod.setStatus(new PodStatus());
    }
    return pod.getStatus();
  }

  private void condition(Pod pod, String type, boolean value) {
    var conditions = new ArrayList<>(status(pod).getConditions());
    String word = value ? "True" : "False";
    boolean same =
        conditions.stream().anyMatch(c -> type.equals(c.getType()) && word.equals(c.getStatus()));
    if (!same) {
      conditions.removeIf(c -> type.equals(c.getType()));
      conditions.add(
          new PodConditionBuilder()
              .withType(type)
              .withStatus(word)
              .withLastTransitionTime(server.time())
              .build());
      status(pod).setConditions(conditions);
    }
  }
}
