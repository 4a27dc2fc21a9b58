package dev.mcpsession.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class NotReadyReasonTest {
  private final NotReadyReason reason =
      new NotReadyReason("operator", "the ClusterRole in config/rbac/", "list the sessions");

  @Test
  void aMissingCrdAndAMissingPermissionNameTheirRemedy() {
    assertThat(reason.of(refusal(404, "not found")))
        .isEqualTo(
            "The API server does not know McpSession; install it with: kubectl apply -f crds/");
    assertThat(reason.of(new IllegalStateException(refusal(403, "pods is forbidden"))))
        .isEqualTo(
            "The operator's ServiceAccount lacks a permission that the ClusterRole in config/rbac/"
                + " grants: pods is forbidden");
  }

  private static KubernetesClientException refusal(int code, String message) {
    return new KubernetesClientException(
        message, code, new StatusBuilder().withCode(code).withMessage(message).build());
  }
}
