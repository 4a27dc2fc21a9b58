package dev.mcpsession.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Map;

/** Makes the one client that a process has. */
public final class ClientFactory {
  /** Of one request: an informer's watch goes on longer. */
  public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

  /** As many requests at a time as many concurrent starts make. */
  private static final int MAX_CONCURRENT_REQUESTS = 128;

  private ClientFactory() {}

  /** Who wrote which field fills a third of the heap, and nobody here reads it. */
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}

  /** It is most of a node, lists all its images, and changes with its heartbeats. */
  @JsonIgnoreProperties("status")
  private interface WithoutStatus {}

  /**
   * For a role that is run by hand and ends: makes no call yet.
   *
   * @param writes whether it sends anything but reads; it contends with nobody
   */
  public static KubernetesClient shortLived(Config config, String version, boolean writes) {
    return build(config, version, () -> writes, Map.of());
  }

  /**
   * Makes no call yet.
   *
   * @param config of the cluster; its limits are set here
   * @param version of this program, for the header User-Agent
   * @param gate asked before each write
   * @param interceptors that see every request and its answer, by name
   */
  public static KubernetesClient build(
      Config config, String version, WriteGate gate, Map<String, Interceptor> interceptors) {
    config.setRequestTimeout(Math.toIntExact(REQUEST_TIMEOUT.toMillis()));
    config.setConnectionTimeout(Math.toIntExact(CONNECTION_TIMEOUT.toMillis()));
    // A leader that was deposed must not repeat a write; reads are repeated by informers and by
    // whoever waits.
    config.setRequestRetryBackoffLimit(0);
    config.setMaxConcurrentRequests(MAX_CONCURRENT_REQUESTS);
    config.setMaxConcurrentRequestsPerHost(MAX_CONCURRENT_REQUESTS);
    // The JDK's client never gives up an HTTP/2 connection whose other end vanished, and every
    // request shares it.
    config.setHttp2Disable(true);
    config.setUserAgent("mcp-session-operator/" + version);
    ObjectMapper mapper = new ObjectMapper();
    mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
    mapper.addMixIn(Node.class, WithoutStatus.class);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(new KubernetesSerialization(mapper, true))
        .withHttpClientBuilderConsumer(
            http -> {
              http.addOrReplaceInterceptor("write-guard", new WriteGuard(gate));
              interceptors.forEach(http::addOrReplaceInterceptor);
            })
        .build();
  }
}
