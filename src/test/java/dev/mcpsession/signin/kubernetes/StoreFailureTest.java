package dev.mcpsession.signin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.signin.identity.StoreException;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreFailureTest {
  /** Columns: status code of the API server's answer; whether trying again may help. */
  @ParameterizedTest
  @CsvSource({
    "400, false",
    "401, true",
    "403, false",
    "404, false",
    "409, false",
    "413, false",
    "422, false",
    "429, true",
    "500, true",
    "503, true",
    "504, true"
  })
  void onlyWhatSaysNothingOfTheRequestIsWorthAnotherTry(int code, boolean isAway) {
    StoreException failure =
        StoreFailure.of(answered(code, "refresh_token: s3cret"), "read Secret team/grant-a");

    assertThat(failure.isAway()).isEqualTo(isAway);
    assertThat(failure).hasMessage("Could not read Secret team/grant-a: answered with " + code);
    assertThat(failure).as("it may repeat the Secret").hasNoCause();
  }

  @Test
  void anApiServerThatDoesNotAnswerIsAway() {
    StoreException failure =
        StoreFailure.of(
            new KubernetesClientException("no answer", new ConnectException("refused")),
            "create Secret team/grant-a");

    assertThat(failure.isAway()).isTrue();
    assertThat(failure.getMessage()).startsWith("Could not create Secret team/grant-a: ");
    assertThat(failure).hasNoCause();
  }

  private static KubernetesClientException answered(int code, String message) {
    return new KubernetesClientException(
        message, code, new StatusBuilder().withCode(code).withMessage(message).build());
  }
}
