package dev.mcpsession.reconcile.write;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** How carrying out a plan, or one step of it, ended. */
public sealed interface StepOutcome {
  StepOutcome DONE = new Done();

  /** Every step was carried out. */
  record Done() implements StepOutcome {}

  /** The step changed what is known: plan again at once. */
  record PlanAgain() implements StepOutcome {}

  /** The observed state has changed since: plan again once the cache has caught up. */
  record Stale() implements StepOutcome {}

  /** The session is gone. */
  record Gone() implements StepOutcome {}

  /** Something else has to happen first; the message says what. */
  record NotYet(String message) implements StepOutcome {}

  /**
   * The API server did not respond, or cannot serve the request now; the message names request and
   * object.
   */
  record Unavailable(String message) implements StepOutcome {}

  /**
   * The outcome of a request that failed.
   *
   * @param what the request, as the subject of a sentence
   */
  static StepOutcome of(KubernetesClientException e, String what) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT -> new Stale();
      case HttpURLConnection.HTTP_NOT_FOUND -> new Gone();
      default ->
          new Unavailable(
              what
                  + (e.getCode() > 0 ? " was answered with " + e.getCode() : " got no answer")
                  + ": "
                  + ApiErrors.words(e));
    };
  }
}
