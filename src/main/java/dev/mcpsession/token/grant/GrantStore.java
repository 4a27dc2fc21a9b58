package dev.mcpsession.token.grant;

import io.fabric8.kubernetes.api.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The requests about grant Secrets, each one call to the API server. All throw {@link
 * io.fabric8.kubernetes.client.KubernetesClientException}.
 */
public interface GrantStore {
  /** The verbs on Secrets that these need. */
  String RIGHTS = "get and update";

  /** As the API server has it now; null when there is none. */
  @Nullable Secret read(String namespace, String name);

  /** Precondition: the Secret's uid and resourceVersion. Returns it as stored. */
  Secret replace(Secret secret);
}
