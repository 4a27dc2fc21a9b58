package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.kube.ScriptedApiServer;
import dev.mcpsession.kube.ScriptedApiServer.Reply;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GatewayCacheTest {
  private final AtomicBoolean allowed = new AtomicBoolean();

  private Reply answer(ScriptedApiServer.Request request) {
    if (request.isWatch()) {
      return request.upgrade() ? new Reply(404, "") : new Reply(200, "", true);
    }
    if (!allowed.get()) {
      return Reply.refusal(403, "Forbidden", "mcpsessions is forbidden: it is not bound yet");
    }
    boolean templates = request.path().endsWith("mcptemplates");
    return new Reply(
        200,
        """
        {"apiVersion": "mcpsession.dev/v1alpha1", "kind": "%s", "metadata": {"resourceVersion": "5"},
         "items": [{"apiVersion": "mcpsession.dev/v1alpha1", "kind": "%s",
           "metadata": {"name": "forgejo", "namespace": "team", "uid": "u", "resourceVersion": "4",
             "labels": {"a": "b"}},
           "spec": %s}]}
        """
            .formatted(
                templates ? "McpSessionTemplateList" : "McpSessionList",
                templates ? "McpSessionTemplate" : "McpSession",
                templates
                    ? "{\"session\": {\"podTemplate\": {\"spec\": {}}}}"
                    : "{\"user\": \"alice\", \"podTemplate\": {\"spec\": {}}}"));
  }

  @Test
  void aMissingRightDelaysTheCacheAndIsToldAndWhatIsReadIsTrimmed() {
    try (ScriptedApiServer server = ScriptedApiServer.answering(this::answer);
        KubernetesClient client =
            ClientFactory.build(server.config(), "test", () -> true, Map.of());
        GatewayCache cache = new GatewayCache(client, Set.of())) {
      cache.start();
      await()
          .untilAsserted(
              () ->
                  assertThat(cache.missing())
                      .containsExactly(
                          "mcpsessions (mcpsessions is forbidden: it is not bound yet)",
                          "mcptemplates (mcpsessions is forbidden: it is not bound yet)"));
      assertThat(cache.isSynced()).isFalse();
      allowed.set(true);
      await().until(cache::isSynced);
      assertThat(cache.missing()).isEmpty();
      await().until(() -> cache.session("team", "forgejo") != null);
      assertThat(cache.session("team", "forgejo").getSpec().podTemplate()).isNull();
      assertThat(cache.template("team", "forgejo").getSpec().session().podTemplate()).isNotNull();
      assertThat(cache.session("other", "forgejo")).isNull();
    }
  }
}
