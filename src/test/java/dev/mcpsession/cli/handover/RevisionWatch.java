package dev.mcpsession.cli.handover;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Notes what must never happen to the sessions of a namespace: a number that goes back, more than
 * three Pods, and what whoever looks finds besides.
 */
record RevisionWatch(
    KubernetesClient client,
    String namespace,
    Queue<String> faults,
    Map<String, Integer> revisions) {
  RevisionWatch(KubernetesClient client, String namespace) {
    this(client, namespace, new ConcurrentLinkedQueue<>(), new ConcurrentHashMap<>());
  }

  /** Looks at each session once. */
  void look(Consumer<McpSession> at) {
    try {
      client.resources(McpSession.class).inNamespace(namespace).list().getItems().forEach(at);
    } catch (RuntimeException e) {
      faults.add("the test could not look: " + e);
    }
  }

  /** This revision serves now. */
  void serves(String name, int revision) {
    Integer before = revisions.put(name, revision);
    if (before != null && before > revision) {
      faults.add(name + " went back from " + before + " to " + revision);
    }
  }

  void countPods(String name) {
    long pods =
        client
            .pods()
            .inNamespace(namespace)
            .withLabel(Names.SESSION_LABEL, name)
            .list()
            .getItems()
            .stream()
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .count();
    if (pods > 3) {
      faults.add(name + " has " + pods + " Pods");
    }
  }

  /** The lowest of these sessions' numbers; 0 while one of them has not served. */
  int reached(Collection<String> names) {
    return names.stream().mapToInt(name -> revisions.getOrDefault(name, 0)).min().orElse(0);
  }
}
