package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.kube.ConditionalDelete;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.jspecify.annotations.Nullable;

/** Sends them through the fabric8 client. */
final class KubernetesConnectionApi implements ConnectionApi {
  private final KubernetesClient client;
  private final ConditionalDelete deletes;

  KubernetesConnectionApi(KubernetesClient client) {
    this.client = client;
    this.deletes = new ConditionalDelete(client);
  }

  @Override
  public @Nullable McpConnection read(String namespace, String name) {
    return client.resources(McpConnection.class).inNamespace(namespace).withName(name).get();
  }

  @Override
  public @Nullable McpSession readSession(String namespace, String name) {
    return client.resources(McpSession.class).inNamespace(namespace).withName(name).get();
  }

  @Override
  public McpConnection create(McpConnection connection) {
    return client.resource(connection).create();
  }

  @Override
  public McpConnection patch(String namespace, String name, String patch) {
    return client
        .resources(McpConnection.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON), patch);
  }

  @Override
  public void delete(String namespace, String name, String uid) {
    deletes.delete(ConditionalDelete.Kind.CONNECTION, namespace, name, uid, null);
  }
}
