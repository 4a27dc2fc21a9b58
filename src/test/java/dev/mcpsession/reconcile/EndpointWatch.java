package dev.mcpsession.reconcile;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The contents of a Service's EndpointSlices, from its first ready endpoint on. */
public final class EndpointWatch implements Watcher<EndpointSlice>, AutoCloseable {
  private final Map<String, List<Endpoint>> slices = new TreeMap<>();
  private final List<String> gaps = new ArrayList<>();
  private final Watch watch;
  private boolean wasReady;
  private int changes;

  public EndpointWatch(KubernetesClient client, String namespace, String service) {
    watch =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(namespace)
            .withLabel("kubernetes.io/service-name", service)
            .watch(this);
  }

  @Override
  public synchronized void eventReceived(Action action, EndpointSlice slice) {
    String name = slice.getMetadata().getName();
    if (action == Action.DELETED) {
      slices.remove(name);
    } else {
      slices.put(name, slice.getEndpoints() == null ? List.of() : slice.getEndpoints());
    }
    changes++;
    boolean ready =
        slices.values().stream()
            .flatMap(List::stream)
            .anyMatch(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()));
    if (wasReady && !ready) {
      gaps.add(Instant.now() + " " + action + " " + slices);
    }
    wasReady |= ready;
  }

  public synchronized boolean wasReady() {
    return wasReady;
  }

  synchronized int changes() {
    return changes;
  }

  /** Every state without a ready endpoint that was seen. */
  public synchronized List<String> gaps() {
    return List.copyOf(gaps);
  }

  @Override
  public synchronized void onClose(WatcherException cause) {
    gaps.add("the watch ended: " + cause);
  }

  @Override
  public void close() {
    watch.close();
  }
}
