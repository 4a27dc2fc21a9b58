package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/**
 * The requests about connections that the gateway sends. Each blocks until it is answered, and
 * throws a {@link KubernetesClientException} if it is refused or not answered.
 */
interface ConnectionApi {
  /** The connection as it is now; null: there is none. */
  @Nullable McpConnection read(String namespace, String name);

  /** The session as it is now; null: there is none. */
  @Nullable McpSession readSession(String namespace, String name);

  /** Creates it; 409 if there is one of its name. */
  McpConnection create(McpConnection connection);

  /**
   * Changes the status.
   *
   * @param patch a JSON patch (RFC 6902); 422 if a test in it does not hold
   * @return the connection after that
   */
  McpConnection patch(String namespace, String name, String patch);

  /** Deletes it; 409 if the one of this name has another uid. */
  void delete(String namespace, String name, String uid);
}
