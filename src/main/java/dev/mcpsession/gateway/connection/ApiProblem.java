package dev.mcpsession.gateway.connection;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * A request to the API server that failed.
 *
 * @param message what could not be done, and why
 * @param apiAway whether it may succeed soon: no answer, or one that says so
 * @param status of the answer; empty: there was none
 */
record ApiProblem(String message, boolean apiAway, Optional<Integer> status) {
  private static final int TOO_MANY = 429;

  /**
   * What the failure means.
   *
   * @param what such as "create McpConnection team/c-1"
   */
  static ApiProblem of(Throwable failure, String what) {
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    if (refusal == null) {
      return new ApiProblem(
          "Could not " + what + ": " + ApiErrors.reason(failure), true, Optional.empty());
    }
    int code = refusal.getCode();
    return new ApiProblem(
        "Could not " + what + ": " + ApiErrors.words(refusal),
        code >= 500 || code == TOO_MANY || code == HttpURLConnection.HTTP_UNAUTHORIZED,
        Optional.of(code));
  }

  static boolean isGone(Throwable failure) {
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    return refusal != null && ApiErrors.isGone(refusal);
  }

  static boolean isConflict(Throwable failure) {
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    return refusal != null && ApiErrors.isConflict(refusal);
  }
}
