package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.ModelKind;
import dev.mcpsession.simulation.model.Truth;
import dev.mcpsession.simulation.model.Words;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One operator's requests to the API server. What arrives is checked against the invariants. */
final class FaultyApi implements ClusterApi {
  private final World world;
  private final ModelOperator operator;
  private final ModelApiServer server;
  private final boolean earlier;
  private final FaultyConnection connection;
  private final ClusterApi api;

  /**
   * @param earlier whether the operator is of a version that does not know the label with the uid
   */
  FaultyApi(World world, ModelOperator operator, boolean earlier) {
    this.world = world;
    this.operator = operator;
    this.server = world.server;
    this.earlier = earlier;
    this.connection = operator.connection;
    this.api = new ModelClusterApi(world.server);
  }

  private <T extends HasMetadata> Runnable ours(ModelKind<T> kind, String name, Runnable request) {
    return () -> {
      T before = kind.find(name);
      request.run();
      world.invariants.childChanged(Objects.requireNonNull(before), operator.caches.lookedUp);
    };
  }

  @Override
  public @Nullable McpSession readSession(String namespace, String name) {
    return connection.<@Nullable McpSession>call(
        "read session " + name, () -> api.readSession(namespace, name));
  }

  @Override
  public McpSession replaceStatus(McpSession session) {
    String name = session.getMetadata().getName();
    return connection.write(
        "status of " + name + ": " + Words.of(session.getStatus()),
        () -> {
          McpSession before = server.sessions.find(name);
          McpSession after = api.replaceStatus(session);
          world.invariants.decidedOn(session, Objects.requireNonNull(before));
          world.invariants.statusWritten(before, after, operator.basis());
          return after;
        });
  }

  @Override
  public McpSession replaceFinalizers(McpSession session) {
    String name = session.getMetadata().getName();
    return connection.write(
        "finalizers of " + name + ": " + session.getMetadata().getFinalizers(),
        () -> {
          McpSession before = server.sessions.find(name);
          McpSession after = api.replaceFinalizers(session);
          world.endingRule.finalizersWritten(
              Objects.requireNonNull(before), after, operator.basis(), operator.mayRevoke());
          return after;
        });
  }

  @Override
  public void deleteSession(String namespace, String name, String uid, String resourceVersion) {
    connection.delete(
        "delete session " + name,
        () -> {
          McpSession before = server.sessions.find(name);
          api.deleteSession(namespace, name, uid, resourceVersion);
          world.invariants.evicted(Objects.requireNonNull(before), operator.basis());
        });
  }

  @Override
  public @Nullable Service readService(String namespace, String name) {
    return connection.<@Nullable Service>call(
        "read Service " + name, () -> api.readService(namespace, name));
  }

  @Override
  public Service createService(Service service) {
    if (earlier) {
      service.getSpec().getSelector().remove(Names.SESSION_UID_LABEL);
    }
    return connection.write(
        "create Service " + Words.of(service), () -> api.createService(service));
  }

  @Override
  public Service replaceService(Service service) {
    return connection.write(
        "replace Service " + Words.of(service),
        () -> {
          Service before = server.services.find(service.getMetadata().getName());
          Service after = api.replaceService(service);
          world.invariants.childChanged(Objects.requireNonNull(before), operator.caches.lookedUp);
          return after;
        });
  }

  @Override
  public void deleteService(String namespace, String name, String uid) {
    connection.delete(
        "delete Service " + name,
        ours(server.services, name, () -> api.deleteService(namespace, name, uid)));
  }

  @Override
  public @Nullable Secret readSecret(String namespace, String name) {
    return connection.<@Nullable Secret>call(
        "read Secret " + name,
        () -> {
          Secret found = api.readSecret(namespace, name);
          if (found == null) {
            world.invariants.secretMissing(operator.toString(), name);
          }
          return found;
        });
  }

  @Override
  public Secret createSecret(Secret secret) {
    return connection.write(
        "create Secret " + secret.getMetadata().getName(),
        () -> {
          Secret made = orTaken(secret, () -> api.createSecret(secret));
          world.invariants.childMade(operator.toString(), made);
          return made;
        });
  }

  @Override
  public void trySecret(Secret secret) {
    connection.tryOut(
        "create Secret " + Truth.name(secret) + " by a dry run", () -> api.trySecret(secret));
  }

  @Override
  public void deleteSecret(String namespace, String name, String uid) {
    connection.delete(
        "delete Secret " + name,
        ours(server.secrets, name, () -> api.deleteSecret(namespace, name, uid)));
  }

  @Override
  public @Nullable Pod readPod(String namespace, String name) {
    return connection.<@Nullable Pod>call("read Pod " + name, () -> api.readPod(namespace, name));
  }

  @Override
  public void tryPod(Pod pod) {
    connection.tryOut(
        "create Pod " + Truth.name(pod) + " by a dry run",
        () ->
            orRefused(
                pod,
                () -> {
                  api.tryPod(pod);
                  operator.events.room().needsNoRoom(pod);
                  return pod;
                }));
  }

  @Override
  public Pod createPod(Pod pod) {
    if (earlier) {
      pod.getMetadata().getLabels().remove(Names.SESSION_UID_LABEL);
    }
    return connection.write(
        "create Pod " + pod.getMetadata().getName(),
        () -> {
          Pod made = orTaken(pod, () -> orRefused(pod, () -> api.createPod(pod)));
          operator.events.room().needsNoRoom(pod);
          world.invariants.childMade(operator.toString(), made);
          world.invariants.podMade(made, operator.basis());
          return made;
        });
  }

  /** Whoever waits since a name is taken does not wait for room. */
  private <T extends HasMetadata> T orTaken(T child, Supplier<T> request) {
    try {
      return request.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409) {
        operator.events.room().needsNoRoom(child);
      }
      throw e;
    }
  }

  private Pod orRefused(Pod pod, Supplier<Pod> request) {
    try {
      return request.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        operator.events.room().refused(pod, world.clock.instant());
      } else if (e.getCode() == 422) {
        operator.events.room().needsNoRoom(pod);
      }
      throw e;
    }
  }

  @Override
  public Pod labelPod(String namespace, String name, String uid, Map<String, String> labels) {
    return connection.write(
        "change Pod " + name + " to " + labels,
        () -> {
          Pod before = server.pods.find(name);
          Pod after = api.labelPod(namespace, name, uid, labels);
          world.invariants.childChanged(Objects.requireNonNull(before), operator.caches.lookedUp);
          return after;
        });
  }

  @Override
  public void deletePod(String namespace, String name, String uid, @Nullable Integer graceSeconds) {
    connection.delete(
        "delete Pod " + name,
        ours(server.pods, name, () -> api.deletePod(namespace, name, uid, graceSeconds)));
  }

  @Override
  public @Nullable PodDisruptionBudget readBudget(String namespace, String name) {
    return connection.<@Nullable PodDisruptionBudget>call(
        "read PodDisruptionBudget " + name, () -> api.readBudget(namespace, name));
  }

  @Override
  public void createBudget(PodDisruptionBudget budget) {
    connection.write(
        "create PodDisruptionBudget " + budget.getMetadata().getName(),
        () -> {
          api.createBudget(budget);
          return Boolean.TRUE;
        });
  }

  @Override
  public void createEvent(Event event) {
    connection.write(
        "Event " + event.getReason() + ": " + event.getMessage(),
        () -> {
          api.createEvent(event);
          return Boolean.TRUE;
        });
  }

  @Override
  public @Nullable Event readEvent(String namespace, String name) {
    return connection.<@Nullable Event>call(
        "read Event " + name, () -> api.readEvent(namespace, name));
  }

  @Override
  public void replaceEvent(Event event) {
    connection.write(
        "replace Event " + event.getMetadata().getName(),
        () -> {
          api.replaceEvent(event);
          return Boolean.TRUE;
        });
  }
}
