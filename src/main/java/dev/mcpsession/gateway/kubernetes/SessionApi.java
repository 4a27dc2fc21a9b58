package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/**
 * The requests about sessions that the gateway sends. Each blocks until it is answered, and throws
 * a {@link KubernetesClientException} if it is refused or not answered.
 */
interface SessionApi {
  /** The session as it is now; null: there is none. */
  @Nullable McpSession read(String namespace, String name);

  /** Creates it, as it was returned by the API server; 409 if there is one of its name. */
  McpSession create(McpSession session);

  /**
   * Changes annotations of a session.
   *
   * @param patch a JSON patch (RFC 6902); 422 if a test in it does not hold
   * @return the session after that
   */
  McpSession patch(String namespace, String name, String patch);
}
