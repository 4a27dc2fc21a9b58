package dev.mcpsession.token.grant;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;

/** Reads and writes grant Secrets through the fabric8 client. */
public final class ApiGrantStore implements GrantStore {
  private final KubernetesClient client;

  public ApiGrantStore(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public @Nullable Secret read(String namespace, String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  @Override
  public Secret replace(Secret secret) {
    return client.resource(secret).update();
  }
}
