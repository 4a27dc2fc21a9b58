package dev.mcpsession.replicas;

import dev.mcpsession.external.ExternalProgram;
import dev.mcpsession.fixture.PodBackends;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MCP servers of this process in kwok's Pods: one begins when its Pod gets an address, makes the
 * Pod Ready then, and is killed with the Pod. Needs root, for a route.
 */
public final class SimulatedPods implements AutoCloseable {
  /** Labels of a Pod that kwok starts, and leaves to others to make Ready. */
  public static final String LABELS = "{fake/phase: NotReady}";

  private static final String ADDRESSES = "10.99.0.0/16";
  private static final String READY =
      """
      {"status": {"conditions": [{"type": "ContainersReady", "status": "True"},
       {"type": "Ready", "status": "True"}]}}
      """;

  private final KubernetesClient client;
  private final PodBackends backends;
  private final SharedIndexInformer<Pod> informer;

  private SimulatedPods(KubernetesClient client, String namespace, PodBackends backends) {
    this.client = client;
    this.backends = backends;
    route("replace");
    informer =
        client
            .pods()
            .inNamespace(namespace)
            .withLabel("fake/phase", "NotReady")
            .inform(new Lives());
  }

  /** For the Pods of this namespace with {@link #LABELS}, until it is closed. */
  public static SimulatedPods serve(
      KubernetesClient client, String namespace, PodBackends backends) {
    return new SimulatedPods(client, namespace, backends);
  }

  /** Called by one thread. */
  private final class Lives implements ResourceEventHandler<Pod> {
    /** The Pod that has an address, by its uid. */
    private final Map<String, String> owners = new HashMap<>();

    @Override
    public void onAdd(Pod pod) {
      String address = address(pod);
      if (address != null) {
        begin(pod, address);
      }
    }

    /** A node that is busy may give a Pod another address, if its first patch was not answered. */
    @Override
    public void onUpdate(Pod before, Pod pod) {
      String address = address(pod);
      if (address != null && !address.equals(address(before))) {
        end(before);
        begin(pod, address);
      }
    }

    private void begin(Pod pod, String address) {
      if (owners.put(address, pod.getMetadata().getUid()) != null) {
        backends.stop(address);
      }
      backends.start(address);
      try {
        client
            .resource(pod)
            .subresource("status")
            .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), READY);
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
          throw e;
        }
        // Deleted meanwhile.
      }
    }

    @Override
    public void onDelete(Pod pod, boolean deletedFinalStateUnknown) {
      end(pod);
    }

    /** Unless another Pod has its address by now. */
    private void end(Pod pod) {
      String address = address(pod);
      if (address != null && owners.remove(address, pod.getMetadata().getUid())) {
        backends.stop(address);
      }
    }

    private static @Nullable String address(Pod pod) {
      return pod.getStatus() == null ? null : pod.getStatus().getPodIP();
    }
  }

  private static void route(String command) {
    ExternalProgram.named("ip", "iproute2")
        .succeed(
            Path.of("."),
            Map.of(),
            Duration.ofSeconds(10),
            List.of("route", command, "local", ADDRESSES, "dev", "lo"));
  }

  @Override
  public void close() {
    informer.close();
    route("del");
  }
}
