package dev.mcpsession.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.reconcile.WriteGate;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;

/** The one client of the process. */
final class OperatorClient {
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

  /** As many requests at a time as many concurrent starts make. */
  private static final int MAX_CONCURRENT_REQUESTS = 128;

  private OperatorClient() {}

  /** Who wrote which field fills a third of the heap, and nobody here reads it. */
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}

  /** It is most of a node, lists all its images, and changes with its heartbeats. */
  @JsonIgnoreProperties("status")
  private interface WithoutStatus {}

  /** For a role that never writes: nothing but reads is sent. */
  static KubernetesClient reader(Config config) {
    return build(config, new ApiServerHearing(System::nanoTime), () -> false);
  }

  /** For a role that contends with nobody. */
  static KubernetesClient writer(Config config) {
    return build(config, new ApiServerHearing(System::nanoTime), () -> true);
  }

  /**
   * Makes no call yet.
   *
   * @param config of the cluster; its limits are set here
   */
  static KubernetesClient build(Config config, ApiServerHearing hearing, WriteGate gate) {
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
    config.setUserAgent("mcp-session-operator/" + Version.number());
    ObjectMapper mapper = new ObjectMapper();
    mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
    mapper.addMixIn(Node.class, WithoutStatus.class);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(new KubernetesSerialization(mapper, true))
        .withHttpClientBuilderConsumer(
            http -> {
              http.addOrReplaceInterceptor("write-guard", new WriteGuard(gate));
              http.addOrReplaceInterceptor("hearing", hearing);
            })
        .build();
  }
}
