package dev.mcpsession.reconcile.write;

import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.SecretErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the API server says of a request that failed, in one line for conditions and logs. */
final class ErrorWords {
  private static final int LONGEST = 400;

  private ErrorWords() {}

  /** At most {@value #LONGEST} characters. */
  static String of(KubernetesClientException e) {
    return oneLine(e.getCode() > 0 ? ApiErrors.words(e) : ApiErrors.reason(e));
  }

  /** Of a request with a token in it, which a webhook may repeat: only parts of a known form. */
  static String ofSecret(KubernetesClientException e) {
    return oneLine(SecretErrors.words(e));
  }

  private static String oneLine(String text) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > LONGEST ? line.substring(0, LONGEST - 1) + "…" : line;
  }
}
