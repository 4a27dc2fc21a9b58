package dev.mcpsession.reconcile.write;

import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.SecretErrors;
import dev.mcpsession.text.Excerpt;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the API server says of a request that failed, in one line for conditions and logs. */
final class ErrorWords {
  private static final int LONGEST = 400;

  private ErrorWords() {}

  /** At most {@value #LONGEST} characters. */
  static String of(KubernetesClientException e) {
    return excerpt(e.getCode() > 0 ? ApiErrors.words(e) : ApiErrors.reason(e));
  }

  /** Of a request with a token in it, which a webhook may repeat: only parts of a known form. */
  static String ofSecret(KubernetesClientException e) {
    return excerpt(SecretErrors.words(e));
  }

  private static String excerpt(String text) {
    return Excerpt.ofLine(text.strip().replaceAll("\\s+", " "), LONGEST);
  }
}
