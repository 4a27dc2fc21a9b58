package dev.mcpsession.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          403 | secrets "a-1" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=3, limited: count/secrets=3 | exceeded quota: q, requested: count/secrets=1, used: count/secrets=3, limited: count/secrets=3
          403 | secrets is forbidden: User "system:serviceaccount:a:b" cannot create resource "secrets" in API group "" in the namespace "team" | User "system:serviceaccount:a:b" cannot create resource "secrets"
          403 | admission webhook "w.example.com" denied the request: T0K | admission webhook "w.example.com" denied the request; its words may hold the token and are left out
          500 | Internal error occurred: failed calling webhook "w.example.com": an error on the server ("T0K") | failed calling webhook "w.example.com"
          422 | secrets "a-1" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: T0K | ValidatingAdmissionPolicy "p" denied the request; its words may hold the token and are left out
          403 | secrets "a-1" is forbidden: exceeded quota: T0K | answered with 403
          400 | T0K | answered with 400
          """)
  void onlyPartsOfAKnownFormAreTold(int code, String message, String words) {
    assertThat(SecretErrors.words(error(code, message, "T0K"))).isEqualTo(words);
  }

  @Test
  void theFieldsThatAreWrongAreNamed() {
    assertThat(SecretErrors.words(error(422, "data[T0K]: T0K", "data[T0K]")))
        .isEqualTo("answered with 422; fields: data");
    assertThat(SecretErrors.words(error(422, "", "metadata.name")))
        .isEqualTo("answered with 422; fields: metadata.name");
  }

  @Test
  void anAnswerThatIsNoStatusIsNotRepeated() {
    assertThat(SecretErrors.words(new KubernetesClientException("T0K", 502, null)))
        .isEqualTo("answered with 502");
    assertThat(SecretErrors.words(new KubernetesClientException("x", new ConnectException())))
        .isEqualTo("connection refused");
  }

  private static KubernetesClientException error(int code, String message, String field) {
    return new KubernetesClientException(
        message,
        code,
        new StatusBuilder()
            .withCode(code)
            .withMessage(message)
            .withNewDetails()
            .addNewCause()
            .withField(field)
            .withMessage("T0K")
            .endCause()
            .endDetails()
            .build());
  }
}
