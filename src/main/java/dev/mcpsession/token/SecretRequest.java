package dev.mcpsession.token;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** What a request for a Secret that did not succeed means, in words that repeat nothing of it. */
public final class SecretRequest {
  private static final int UNPROCESSABLE = 422;

  private SecretRequest() {}

  /**
   * The failure of a source whose Secret the API server did not give.
   *
   * @param verb what was tried, such as "read"
   * @param name of the Secret
   * @param rights which verbs on Secrets the operator needs for it, such as "get"
   */
  public static TokenFailure failed(
      String verb, String name, String rights, KubernetesClientException e) {
    return new TokenFailure(
        TokenFailure.Kind.FAILED,
        "could not " + verb + " Secret " + name + ": " + words(e, rights));
  }

  /** By the code alone: the API server's own words may repeat what is in the Secret. */
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
