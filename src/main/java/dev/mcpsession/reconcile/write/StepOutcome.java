package dev.mcpsession.reconcile.write;

import dev.mcpsession.kube.ApiErrors;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** How carrying out a plan, or one step of it, ended. */
public sealed interface StepOutcome {
  StepOutcome DONE = new Done();

  /** Every step was carried out. */
  record Done() implements StepOutcome {}

  /** Something was learned that asks for another plan at once. */
  record PlanAgain() implements StepOutcome {}

  /**
   * What the plan was made on has changed meanwhile: to be planned again once the cache has moved.
   */
  record Stale() implements StepOutcome {}

  /** The session is gone. */
  record Gone() implements StepOutcome {}

  /** Something else has to happen first; the message says what. */
  record NotYet(String message) implements StepOutcome {}

  /**
   * The API server did not answer, or said that it cannot now; the message says what to which
   * object.
   */
  record Unavailable(String message) implements StepOutcome {}

  /**
   * What it means that the API server did not do what was asked.
   *
   * @param what the request was for, as the subject of a sentence
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
