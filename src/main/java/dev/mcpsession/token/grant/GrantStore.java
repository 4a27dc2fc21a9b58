package dev.mcpsession.token.grant;

import io.fabric8.kubernetes.api.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes grant Secrets. Each method makes one request to the API server, and throws
 * {@link io.fabric8.kubernetes.client.KubernetesClientException} if it fails.
 */
public interface GrantStore {
  /** The verbs on Secrets that these requests need. */
  String RIGHTS = "get and update";

  /** The Secret as the API server has it now; null if there is none. */
  @Nullable Secret read(String namespace, String name);

  /**
   * Replaces a Secret, provided that its uid and resourceVersion are still the same.
   *
   * @return the Secret as stored
   */
  Secret replace(Secret secret);
}
