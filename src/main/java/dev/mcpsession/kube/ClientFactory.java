package dev.mcpsession.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Map;

/** Creates the only client of a process. */
public final class ClientFactory {
  /** Timeout of one request; an informer's watch lasts longer. */
  public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

  /** Enough for many concurrent starts. */
  private static final int MAX_CONCURRENT_REQUESTS = 128;

  /**
   * Delay before a watch is opened anew. The client doubles it five times, so that a watch waits at
   * most 1.6 s when the API server is back.
   */
  private static final Duration WATCH_RECONNECT = Duration.ofMillis(50);

  private ClientFactory() {}

  /** The managed fields would fill a third of the heap, and are never read. */
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}

  /** The status is most of a node, lists all its images, and changes with its heartbeats. */
  @JsonIgnoreProperties("status")
  private interface WithoutStatus {}

  /**
   * For a short-lived role that a person runs; makes no call yet.
   *
   * @param writes whether it may send anything but reads; there is no leader election
   */
  public static KubernetesClient shortLived(Config config, String version, boolean writes) {
    return build(config, version, () -> writes, Map.of());
  }

  /**
   * Makes no call yet.
   *
   * @param config of the cluster; timeouts and limits of requests are set in it
   * @param version of this program, for the header User-Agent
   * @param gate checked before each write
   * @param interceptors called for every request and its response, by name
   */
  public static KubernetesClient build(
      Config config, String version, WriteGate gate, Map<String, Interceptor> interceptors) {
    config.setRequestTimeout(Math.toIntExact(REQUEST_TIMEOUT.toMillis()));
    config.setConnectionTimeout(Math.toIntExact(CONNECTION_TIMEOUT.toMillis()));
    // A deposed leader must not retry a write; informers and callers retry reads themselves.
    config.setRequestRetryBackoffLimit(0);
    config.setWatchReconnectInterval(Math.toIntExact(WATCH_RECONNECT.toMillis()));
    config.setMaxConcurrentRequests(MAX_CONCURRENT_REQUESTS);
    config.setMaxConcurrentRequestsPerHost(MAX_CONCURRENT_REQUESTS);
    // The JDK's client never closes a dead HTTP/2 connection, which all requests share.
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
              if (config.getHttpsProxy() == null && config.getHttpProxy() == null) {
                // Not that of a Java property either, which may be meant for issuers.
                http.proxyType(HttpClient.ProxyType.DIRECT);
              }
              http.addOrReplaceInterceptor("write-guard", new WriteGuard(gate));
              interceptors.forEach(http::addOrReplaceInterceptor);
            })
        .build();
  }
}
