package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.SecretErrors;
import dev.mcpsession.signin.identity.StoreException;
import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * What a request that failed means for who waits for it. The API server's words may repeat a
 * Secret, so neither they nor the exception around them are passed on.
 */
final class StoreFailure {
  private StoreFailure() {}

  /**
   * What the failure means.
   *
   * @param what was tried, with the name of the object, such as "read Secret team/grant-a"
   */
  static StoreException of(KubernetesClientException failure, String what) {
    return new StoreException(
        "Could not " + what + ": " + SecretErrors.words(failure), ApiErrors.isUnavailable(failure));
  }
}
