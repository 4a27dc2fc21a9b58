package dev.mcpsession.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ApiErrorsTest {
  @Test
  void connectionsThatFailSayHow() {
    ConnectException refused = new ConnectException();
    refused.initCause(new ClosedChannelException());
    assertThat(ApiErrors.reason(new KubernetesClientException("call", refused)))
        .isEqualTo("connection refused");
    assertThat(ApiErrors.reason(new IOException(new HttpTimeoutException("request timed out"))))
        .isEqualTo("no answer in time");
    assertThat(ApiErrors.reason(new IOException(new TimeoutException())))
        .isEqualTo("no answer in time");
    assertThat(ApiErrors.reason(new IOException(new IOException("broken"))))
        .isEqualTo("IOException: broken");
    assertThat(ApiErrors.reason(new ClosedChannelException())).isEqualTo("ClosedChannelException");
  }
}
