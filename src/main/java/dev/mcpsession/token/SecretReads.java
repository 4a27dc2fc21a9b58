package dev.mcpsession.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/**
 * Labelled Secrets, each read from the API server when it is needed: the right to get a Secret does
 * for this, where a watch would need the right to read every Secret of a namespace at once.
 */
public final class SecretReads implements SourceSecret.Lookup {
  private final KubernetesClient client;

  public SecretReads(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public @Nullable Secret find(String namespace, String name) throws TokenFailure {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      return SourceSecret.isLabelled(secret) ? secret : null;
    } catch (KubernetesClientException e) {
      throw SecretRequest.failed("read", name, "get", e);
    }
  }
}
