package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.simulation.model.Faults;
import dev.mcpsession.simulation.model.ModelApiServer;
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
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operator's connection to the API server: others act in between, requests fail, and the
 * process dies midway. What arrives is checked against the invariants.
 */
final class FaultyApi implements ClusterApi {
  private final World world;
  private final ModelOperator operator;
  private final ModelApiServer server;
  private final boolean earlier;
  private final Runnable meanwhile;
  private int writes;
  private int requests;

  /**
   * @param earlier whether the operator is of a version that does not know the label with the uid
   * @param meanwhile lets others do something before and after each request
   */
  FaultyApi(World world, ModelOperator operator, boolean earlier, Runnable meanwhile) {
    this.world = world;
    this.operator = operator;
    this.server = world.server;
    this.earlier = earlier;
    this.meanwhile = meanwhile;
  }

  /** All requests, also those that failed. */
  int requests() {
    return requests;
  }

  /** Requests that changed something. */
  int writes() {
    return writes;
  }

  private <T> T write(String what, Supplier<T> request) {
    return call(
        what,
        () -> {
          world.webhooks.review(what);
          T result = request.get();
          writes++;
          return result;
        });
  }

  private void delete(String what, Runnable request) {
    write(
        what,
        () -> {
          request.run();
          return Boolean.TRUE;
        });
  }

  private <T extends @Nullable Object> T call(String what, Supplier<T> request) {
    requests++;
    meanwhile.run();
    operator.live();
    world.clock.move(Duration.ofMillis(world.faults.isOver() ? 0 : world.chance.below(30)));
    Faults.Fault fault = world.faults.next();
    String line = operator + " " + what + (fault == Faults.Fault.NONE ? "" : " [" + fault + "]");
    switch (fault) {
      case KILLED_BEFORE -> {
        world.trace.line(line);
        throw operator.kill();
      }
      case CONFLICT -> throw fail(line, 409);
      case INTERNAL_ERROR -> throw fail(line, 500);
      case UNAVAILABLE -> throw fail(line, 503);
      case TIMEOUT -> {
        world.clock.move(Duration.ofSeconds(10));
        throw fail(line, 0);
      }
      case NONE, KILLED_AFTER, ANSWER_LOST -> {}
    }
    T result;
    try {
      result = request.get();
    } catch (KubernetesClientException e) {
      world.trace.line(line + " -> " + e.getCode() + " " + e.getMessage());
      throw e;
    }
    world.trace.line(line);
    world.invariants.check();
    if (fault == Faults.Fault.KILLED_AFTER) {
      throw operator.kill();
    } else if (fault == Faults.Fault.ANSWER_LOST) {
      throw ModelApiServer.error(0, "the answer was lost");
    }
    meanwhile.run();
    operator.live();
    return result;
  }

  private KubernetesClientException fail(String line, int code) {
    world.trace.line(line);
    return ModelApiServer.error(code, "a fault");
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
    return this.<@Nullable McpSession>call(
        "read session " + name, () -> server.readSession(namespace, name));
  }

  @Override
  public McpSession replaceStatus(McpSession session) {
    String name = session.getMetadata().getName();
    return write(
        "status of " + name + ": " + Words.of(session.getStatus()),
        () -> {
          McpSession before = server.sessions.find(name);
          McpSession after = server.replaceStatus(session);
          world.invariants.decidedOn(session, Objects.requireNonNull(before));
          world.invariants.statusWritten(
              before, after, operator.events.activity(), operator.instantsLookedAt());
          return after;
        });
  }

  @Override
  public McpSession replaceFinalizers(McpSession session) {
    String name = session.getMetadata().getName();
    return write(
        "finalizers of " + name + ": " + session.getMetadata().getFinalizers(),
        () -> {
          McpSession before = server.sessions.find(name);
          McpSession after = server.replaceFinalizers(session);
          world.endingRule.finalizersWritten(
              Objects.requireNonNull(before), after, operator.mayRevoke());
          return after;
        });
  }

  @Override
  public void deleteSession(String namespace, String name, String uid, String resourceVersion) {
    delete(
        "delete session " + name,
        () -> {
          McpSession before = server.sessions.find(name);
          server.deleteSession(namespace, name, uid, resourceVersion);
          world.invariants.evicted(
              Objects.requireNonNull(before),
              operator.events.activity(),
              operator.instantsLookedAt());
        });
  }

  @Override
  public @Nullable Service readService(String namespace, String name) {
    return this.<@Nullable Service>call(
        "read Service " + name, () -> server.readService(namespace, name));
  }

  @Override
  public Service createService(Service service) {
    if (earlier) {
      service.getSpec().getSelector().remove(Names.SESSION_UID_LABEL);
    }
    return write("create Service " + Words.of(service), () -> server.createService(service));
  }

  @Override
  public Service replaceService(Service service) {
    return write(
        "replace Service " + Words.of(service),
        () -> {
          Service before = server.services.find(service.getMetadata().getName());
          Service after = server.replaceService(service);
          world.invariants.childChanged(Objects.requireNonNull(before), operator.caches.lookedUp);
          return after;
        });
  }

  @Override
  public void deleteService(String namespace, String name, String uid) {
    delete(
        "delete Service " + name,
        ours(server.services, name, () -> server.deleteService(namespace, name, uid)));
  }

  @Override
  public @Nullable Secret readSecret(String namespace, String name) {
    return this.<@Nullable Secret>call(
        "read Secret " + name, () -> server.readSecret(namespace, name));
  }

  @Override
  public Secret createSecret(Secret secret) {
    return write(
        "create Secret " + secret.getMetadata().getName(),
        () -> {
          Secret made = server.createSecret(secret);
          world.invariants.childMade(made);
          return made;
        });
  }

  @Override
  public void trySecret(Secret secret) {
    attempt(
        "create Secret " + Truth.name(secret) + " by a dry run", () -> server.trySecret(secret));
  }

  /** Not counted as a write. */
  private void attempt(String what, Runnable dryRun) {
    call(
        what,
        () -> {
          world.webhooks.review(what);
          dryRun.run();
          return Boolean.TRUE;
        });
  }

  @Override
  public void deleteSecret(String namespace, String name, String uid) {
    delete(
        "delete Secret " + name,
        ours(server.secrets, name, () -> server.deleteSecret(namespace, name, uid)));
  }

  @Override
  public @Nullable Pod readPod(String namespace, String name) {
    return this.<@Nullable Pod>call("read Pod " + name, () -> server.readPod(namespace, name));
  }

  @Override
  public void tryPod(Pod pod) {
    attempt(
        "create Pod " + Truth.name(pod) + " by a dry run",
        () ->
            orRefused(
                pod,
                () -> {
                  server.tryPod(pod);
                  return pod;
                }));
  }

  @Override
  public Pod createPod(Pod pod) {
    if (earlier) {
      pod.getMetadata().getLabels().remove(Names.SESSION_UID_LABEL);
    }
    return write(
        "create Pod " + pod.getMetadata().getName(),
        () -> {
          Pod made = orRefused(pod, () -> server.createPod(pod));
          operator.events.room().needsNoRoom(pod);
          world.invariants.childMade(made);
          return made;
        });
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
    return write(
        "change Pod " + name + " to " + labels,
        () -> {
          Pod before = server.pods.find(name);
          Pod after = server.labelPod(namespace, name, uid, labels);
          world.invariants.childChanged(Objects.requireNonNull(before), operator.caches.lookedUp);
          return after;
        });
  }

  @Override
  public void deletePod(String namespace, String name, String uid) {
    delete(
        "delete Pod " + name,
        ours(server.pods, name, () -> server.deletePod(namespace, name, uid)));
  }

  @Override
  public @Nullable PodDisruptionBudget readBudget(String namespace, String name) {
    return this.<@Nullable PodDisruptionBudget>call(
        "read PodDisruptionBudget " + name, () -> server.readBudget(namespace, name));
  }

  @Override
  public void createBudget(PodDisruptionBudget budget) {
    write(
        "create PodDisruptionBudget " + budget.getMetadata().getName(),
        () -> {
          server.createBudget(budget);
          return Boolean.TRUE;
        });
  }

  @Override
  public void createEvent(Event event) {
    write(
        "Event " + event.getReason() + ": " + event.getMessage(),
        () -> {
          server.createEvent(event);
          return Boolean.TRUE;
        });
  }

  @Override
  public @Nullable Event readEvent(String namespace, String name) {
    return this.<@Nullable Event>call(
        "read Event " + name, () -> server.readEvent(namespace, name));
  }

  @Override
  public void replaceEvent(Event event) {
    write(
        "replace Event " + event.getMetadata().getName(),
        () -> {
          server.replaceEvent(event);
          return Boolean.TRUE;
        });
  }
}
