package dev.mcpsession.process.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The Lease in the API server. */
public final class ApiLeaseStore implements LeaseStore {
  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final RequestConfig limits;

  /**
   * Makes no call yet.
   *
   * @param timeout of one call: well below the renew deadline, so that one lost answer does not
   *     cost the leadership
   */
  public ApiLeaseStore(KubernetesClient client, String namespace, String name, Duration timeout) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    limits =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
            .withRequestRetryBackoffLimit(0)
            .build();
  }

  @Override
  public @Nullable Lease read() {
    return call(c -> c.leases().inNamespace(namespace).withName(name).get());
  }

  @Override
  public Lease create(Lease lease) {
    return call(c -> item(c, lease).create());
  }

  @Override
  public Lease replace(Lease lease) {
    return call(c -> item(c, lease).update());
  }

  @Override
  public String describe() {
    return namespace + "/" + name;
  }

  private Resource<Lease> item(KubernetesClient limited, Lease lease) {
    lease.getMetadata().setNamespace(namespace);
    lease.getMetadata().setName(name);
    return limited.leases().inNamespace(namespace).resource(lease);
  }

  private <T extends @Nullable Object> T call(Function<KubernetesClient, T> call) {
    return client
        .adapt(io.fabric8.kubernetes.client.NamespacedKubernetesClient.class)
        .withRequestConfig(limits)
        .call(call::apply);
  }
}
