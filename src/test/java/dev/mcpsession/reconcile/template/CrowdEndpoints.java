package dev.mcpsession.reconcile.template;

import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * What the Services of all sessions of a namespace lead to, by watches of Services, Pods and
 * EndpointSlices. Their order is that of the resourceVersions, which etcd counts for all objects.
 */
final class CrowdEndpoints implements AutoCloseable {
  /** By Service, the names of the Pods of its ready endpoints; kept from the first one on. */
  private final Map<String, Set<String>> ready = new TreeMap<>();

  private final Map<Target, Long> readyFrom = new HashMap<>();
  private final Map<Target, Long> goesFrom = new HashMap<>();
  private final Map<String, Target> pods = new HashMap<>();
  private final Map<String, List<Selection>> selections = new HashMap<>();
  private final Set<String> without = new HashSet<>();
  private final List<String> gaps = new ArrayList<>();
  private final List<String> ended = new ArrayList<>();
  private final List<Watch> watches;
  private int changes;

  /** A Pod; its name may have belonged to an earlier one. */
  private record Target(String name, String uid) {}

  /** From that resourceVersion on, a Service selects the Pod of this name. */
  private record Selection(long from, String pod) {}

  CrowdEndpoints(KubernetesClient client, String namespace) {
    watches =
        List.of(
            client
                .pods()
                .inNamespace(namespace)
                .withLabel(Names.SESSION_LABEL)
                .watch(new Each<Pod>(this::note)),
            client
                .services()
                .inNamespace(namespace)
                .withLabel(Names.SESSION_LABEL)
                .watch(new Each<Service>(this::note)),
            client
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .watch(new Each<EndpointSlice>(this::note)));
  }

  private synchronized void note(Watcher.Action action, Pod pod) {
    Target target = new Target(pod.getMetadata().getName(), pod.getMetadata().getUid());
    pods.put(target.name(), target);
    if (action == Watcher.Action.DELETED || !Truth.isLive(pod)) {
      goesFrom.putIfAbsent(target, version(pod));
    } else if (Truth.isReady(pod)) {
      readyFrom.putIfAbsent(target, version(pod));
    }
  }

  private synchronized void note(Watcher.Action action, Service service) {
    String name = service.getMetadata().getName();
    String revision = service.getSpec().getSelector().get(Names.REVISION_LABEL);
    String pod = name + "-" + revision;
    List<Selection> all = selections.computeIfAbsent(name, first -> new ArrayList<>());
    if (all.isEmpty() || !all.getLast().pod().equals(pod)) {
      all.add(new Selection(version(service), pod));
    }
  }

  private synchronized void note(Watcher.Action action, EndpointSlice slice) {
    changes++;
    String service = slice.getMetadata().getLabels().get("kubernetes.io/service-name");
    Set<String> now = action == Watcher.Action.DELETED ? Set.of() : readyPods(slice);
    if (now.isEmpty() && !ready.containsKey(service)) {
      return; // it has not begun to serve
    }
    ready.put(service, now);
    if (!now.isEmpty()) {
      without.remove(service);
    } else if (without.add(service)) {
      gaps.add(action + " of the EndpointSlice of " + service + " at " + version(slice));
    }
  }

  private static long version(HasMetadata object) {
    return Long.parseLong(object.getMetadata().getResourceVersion());
  }

  private static Set<String> readyPods(EndpointSlice slice) {
    return slice.getEndpoints() == null
        ? Set.of()
        : slice.getEndpoints().stream()
            .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
            .map(endpoint -> endpoint.getTargetRef().getName())
            .collect(Collectors.toSet());
  }

  /** By Service, the Pods of its ready endpoints. */
  synchronized Map<String, Set<String>> ready() {
    return new TreeMap<>(ready);
  }

  synchronized int changes() {
    return changes;
  }

  /** Every moment from which an EndpointSlice had no ready endpoint any more. */
  synchronized List<String> gaps() {
    return List.copyOf(gaps);
  }

  /** How often a Service turned to another Pod. */
  synchronized int turns() {
    return selections.values().stream().mapToInt(all -> all.size() - 1).sum();
  }

  /**
   * Services that turned to a Pod that was not Ready by then, or whose Pod was deleted before they
   * turned to the next; and watches that ended.
   */
  synchronized List<String> mistakes() {
    List<String> mistakes = new ArrayList<>(ended);
    selections.forEach(
        (service, all) -> {
          for (int i = 1; i < all.size(); i++) {
            Selection old = all.get(i - 1);
            Selection next = all.get(i);
            Long readyAt = readyFrom.get(pods.get(next.pod()));
            if (readyAt == null || readyAt > next.from()) {
              mistakes.add(service + " turned to " + next + ", Ready from " + readyAt);
            }
            Long goesAt = goesFrom.get(pods.get(old.pod()));
            if (goesAt != null && goesAt < next.from()) {
              mistakes.add(old + " went at " + goesAt + ", before " + next);
            }
          }
        });
    return mistakes;
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }

  /** Hands each event over. */
  private final class Each<T> implements Watcher<T> {
    private final BiConsumer<Action, T> what;

    Each(BiConsumer<Action, T> what) {
      this.what = what;
    }

    @Override
    public void eventReceived(Action action, T object) {
      what.accept(action, object);
    }

    @Override
    public void onClose(WatcherException cause) {
      synchronized (CrowdEndpoints.this) {
        ended.add("a watch ended: " + cause);
      }
    }
  }
}
