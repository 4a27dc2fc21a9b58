package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.ModelKind;
import dev.mcpsession.simulation.model.ModelWebhooks;
import dev.mcpsession.simulation.model.ModelWebhooks.Target;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Outsiders who tamper with the operator's objects or block it. */
final class Vandals {
  private final World world;
  private final ModelApiServer server;
  private final Truth truth;

  Vandals(World world) {
    this.world = world;
    this.server = world.server;
    this.truth = new Truth(world.server);
  }

  void step(McpSession session) {
    if (world.webhooks.anyFails()) {
      world.trace.line("the webhooks recover");
      world.webhooks.recover();
    }
    switch (world.chance.below(12)) {
      case 0 -> deletePod(session);
      case 1 -> deleteSecret(session);
      case 2 -> deleteService(session);
      case 3 -> emptyStatus(session);
      case 4 -> occupy(server.pods, pod(next(session)));
      case 5 ->
          occupy(server.secrets, new SecretBuilder().withMetadata(metadata(next(session))).build());
      case 6 -> server.budgets.all().forEach(budget -> remove(server.budgets, budget));
      case 7 -> occupyService(session);
      case 8, 9 -> takeLabel(session);
      default -> breakWebhook();
    }
  }

  /**
   * Takes or changes a label of the Service, or of a Pod that the status names. That of a Pod which
   * no status names may be taken while no operator runs, and then nothing leads to that Pod.
   */
  private void takeLabel(McpSession session) {
    Service service = truth.service(session);
    if (service != null && world.chance.in(0.3)) {
      Map<String, String> labels = without(service);
      server.services.edit(service, copy -> copy.getMetadata().setLabels(labels));
      return;
    }
    List<Pod> named =
        truth.livePods(session).stream()
            .filter(
                pod -> Truth.name(pod).equals(Truth.podName(session)) || isAttempted(pod, session))
            .toList();
    if (!named.isEmpty()) {
      Pod pod = world.chance.oneOf(named);
      Map<String, String> labels = without(pod);
      server.pods.edit(pod, copy -> copy.getMetadata().setLabels(labels));
    }
  }

  private static boolean isAttempted(Pod pod, McpSession session) {
    McpSessionStatus status = session.getStatus();
    return status != null
        && status.attempt() != null
        && status.nextAttemptTime() == null
        && Truth.name(pod).equals(Truth.name(session) + "-" + status.attempt().revision());
  }

  private Map<String, String> without(HasMetadata child) {
    Map<String, String> labels = new HashMap<>(ModelCaches.labels(child));
    String label =
        world.chance.oneOf(
            List.of(Names.MANAGED_BY_LABEL, Names.SESSION_LABEL, Names.REVISION_LABEL));
    if (world.chance.in(0.5)) {
      labels.remove(label);
    } else {
      labels.put(label, "bob");
    }
    world.trace.line(
        "somebody makes the labels of " + child.getKind() + " " + Truth.name(child) + " " + labels);
    return labels;
  }

  private void breakWebhook() {
    Target target = world.chance.oneOf(ModelWebhooks.ALL_BUT_EVENTS);
    world.trace.line("the webhook for " + target + " fails");
    world.webhooks.fail(target);
  }

  private void deletePod(McpSession session) {
    List<Pod> pods = truth.livePods(session);
    if (!pods.isEmpty()) {
      Pod pod = world.chance.oneOf(pods);
      world.invariants.podTaken(session, pod);
      remove(server.pods, pod);
    }
  }

  private void deleteSecret(McpSession session) {
    List<Secret> secrets = truth.secrets(session);
    if (!secrets.isEmpty()) {
      remove(server.secrets, world.chance.oneOf(secrets));
    }
  }

  private void deleteService(McpSession session) {
    Service service = truth.service(session);
    if (service != null && world.chance.in(0.3)) {
      server.services.edit(
          service, copy -> copy.getSpec().setSelector(Map.of(Names.SESSION_LABEL, "nobody")));
      world.trace.line("somebody edits Service " + Truth.name(service));
    } else if (service != null) {
      if (world.chance.in(0.3)) {
        server.services.edit(
            service, copy -> copy.getMetadata().setFinalizers(List.of("example.com/wait")));
      }
      remove(server.services, service);
    }
  }

  private void emptyStatus(McpSession session) {
    world.trace.line("somebody empties the status of " + Truth.name(session));
    world.invariants.statusEmptied(session);
    server.sessions.edit(session, copy -> copy.setStatus(null));
  }

  private <T extends HasMetadata> void remove(ModelKind<T> kind, T object) {
    world.trace.line("somebody deletes " + object.getKind() + " " + Truth.name(object));
    server.delete(kind, Truth.name(object), null, null);
  }

  private void occupyService(McpSession session) {
    occupy(
        server.services,
        new ServiceBuilder()
            .withMetadata(metadata(Truth.name(session)))
            .withNewSpec()
            .endSpec()
            .build());
  }

  private <T extends HasMetadata> void occupy(ModelKind<T> kind, T object) {
    if (kind.find(Truth.name(object)) == null) {
      world.trace.line("somebody else makes " + object.getKind() + " " + Truth.name(object));
      server.create(kind, object);
    }
  }

  private static Pod pod(String name) {
    return new PodBuilder()
        .withMetadata(metadata(name))
        .withNewSpec()
        .addNewContainer()
        .withName("other")
        .withImage("other")
        .endContainer()
        .endSpec()
        .build();
  }

  private static ObjectMeta metadata(String name) {
    return new ObjectMetaBuilder().withName(name).addToLabels("foreign", "true").build();
  }

  private String next(McpSession session) {
    var status = session.getStatus();
    int attempt = status == null || status.attempt() == null ? 0 : status.attempt().revision();
    int highest = Math.max(Truth.revision(session), attempt);
    return Truth.name(session) + "-" + (highest + world.chance.below(3));
  }

  /** Removes what blocks the operator. */
  void leave() {
    for (ModelKind<?> kind : List.of(server.pods, server.secrets, server.services)) {
      kind.all().stream()
          .filter(object -> "true".equals(ModelCaches.labels(object).get("foreign")))
          .forEach(object -> kind.remove(Truth.name(object)));
    }
  }
}
