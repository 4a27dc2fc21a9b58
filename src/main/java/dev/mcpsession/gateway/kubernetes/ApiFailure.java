package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;

/** What a request to the API server that failed means for the one who waits for a session. */
final class ApiFailure {
  private static final int TOO_MANY = 429;

  /** The API server, or what stands before it, is back within some seconds or not at all. */
  static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private static final Duration BUSY = Duration.ofSeconds(1);

  private ApiFailure() {}

  /** The API server does not answer. */
  static NotServed away(String why) {
    return new NotServed(
        Cause.API_AWAY,
        "The session cannot be looked after now, since the API server does not answer"
            + (why.isEmpty() ? "" : ": " + why),
        Optional.of(RETRY_AFTER));
  }

  /**
   * What the failure means.
   *
   * @param what such as "create the session"
   */
  static NotServed of(Throwable failure, String what) {
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    if (refusal == null) {
      return away(ApiErrors.reason(failure));
    }
    String words = ApiErrors.words(refusal);
    int code = refusal.getCode();
    if (code == TOO_MANY) {
      return new NotServed(Cause.LIMITED, "The API server is busy: " + words, Optional.of(BUSY));
    }
    return code >= 500 || code == HttpURLConnection.HTTP_UNAUTHORIZED
        ? away(words)
        : new NotServed(
            Cause.REFUSED, "The API server refused to " + what + ": " + words, Optional.empty());
  }
}
