package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.jspecify.annotations.Nullable;

/** Sends them through the fabric8 client. */
final class KubernetesSessionApi implements SessionApi {
  private final KubernetesClient client;

  KubernetesSessionApi(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public @Nullable McpSession read(String namespace, String name) {
    return client.resources(McpSession.class).inNamespace(namespace).withName(name).get();
  }

  @Override
  public McpSession create(McpSession session) {
    return client.resource(session).create();
  }

  @Override
  public McpSession patch(String namespace, String name, String patch) {
    return client
        .resources(McpSession.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON), patch);
  }
}
