package dev.mcpsession.token;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Explains failed requests for Secrets, without repeating anything that is in the Secret. */
public final class SecretRequest {
  private static final int UNPROCESSABLE = 422;

  private SecretRequest() {}

  /**
   * The failure of a source whose Secret could not be read or written.
   *
   * @param verb what was tried, such as "read"
   * @param name of the Secret
   * @param rights the verbs on Secrets that the operator needs for it, such as "get"
   */
  public static TokenFailure failed(
      String verb, String name, String rights, KubernetesClientException e) {
    return new TokenFailure(
        kind(e), "could not " + verb + " Secret " + name + ": " + words(e, rights));
  }

  /**
   * UNAVAILABLE if the API server did not answer or cannot do what is asked now, or does not accept
   * the operator; else FAILED.
   */
  static TokenFailure.Kind kind(KubernetesClientException e) {
    return ApiErrors.isUnavailable(e) ? TokenFailure.Kind.UNAVAILABLE : TokenFailure.Kind.FAILED;
  }

  /**
   * Explains the failure by its status code alone: the API server's message may repeat what is in
   * the Secret.
   *
   * @param rights the verbs on Secrets that the operator needs for it, such as "get"
   */
  public static String words(KubernetesClientException e, String rights) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_FORBIDDEN ->
          "the operator may not; grant it " + rights + " on secrets";
      case UNPROCESSABLE -> "the API server refuses what it would hold";
      case -1, 0 -> "the API server did not answer; tried again";
      default -> "the API server answered " + e.getCode();
    };
  }
}
