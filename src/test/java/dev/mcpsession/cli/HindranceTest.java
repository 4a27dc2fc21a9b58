package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class HindranceTest {

  @Test
  void aMissingCrdAndAMissingPermissionNameTheirRemedy() {
    assertThat(Hindrance.of(refusal(404, "not found")))
        .isEqualTo(
            "The API server does not know McpSession; install it with: kubectl apply -f crds/");
    assertThat(Hindrance.of(new IllegalStateException(refusal(403, "pods is forbidden"))))
        .isEqualTo(
            "The operator's ServiceAccount lacks a permission that the ClusterRole in config/rbac/"
                + " grants: pods is forbidden");
  }

  @Test
  void connectionsThatFailSayHow() {
    ConnectException refused = new ConnectException();
    refused.initCause(new ClosedChannelException());
    assertThat(Hindrance.reason(new KubernetesClientException("call", refused)))
        .isEqualTo("connection refused");
    assertThat(Hindrance.reason(new IOException(new HttpTimeoutException("request timed out"))))
        .isEqualTo("no answer in time");
    assertThat(Hindrance.reason(new IOException(new TimeoutException())))
        .isEqualTo("no answer in time");
    assertThat(Hindrance.reason(new IOException(new IOException("broken"))))
        .isEqualTo("IOException: broken");
    assertThat(Hindrance.reason(new ClosedChannelException())).isEqualTo("ClosedChannelException");
  }

  private static KubernetesClientException refusal(int code, String message) {
    return new KubernetesClientException(
        message, code, new StatusBuilder().withCode(code).withMessage(message).build());
  }
}
