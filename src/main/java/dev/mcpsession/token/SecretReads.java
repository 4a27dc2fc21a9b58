package dev.mcpsession.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled Secrets from the API server each time they are needed. This needs only the right
 * to get a Secret; a watch would need the right to list all Secrets of a namespace.
 */
public final class SecretReads implements SourceSecret.Lookup {
  private final KubernetesClient client;
  private final EndpointCalls calls;

  /**
   * @param calls know whether the API server answers
   */
  public SecretReads(KubernetesClient client, EndpointCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  @Override
  public @Nullable Secret find(String namespace, String name) throws TokenFailure {
    return calls.request(() -> read(namespace, name));
  }

  private @Nullable Secret read(String namespace, String name) throws TokenFailure {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      return SourceSecret.isLabelled(secret) ? secret : null;
    } catch (KubernetesClientException e) {
      throw SecretRequest.failed("read", name, "get", e);
    }
  }
}
