package dev.mcpsession.reconcile.write;

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
   * The API server did not respond, or cannot serve the request now.
   *
   * @param what the request, as the subject of a sentence
   * @param words of the API server in one line, or why it did not answer
   * @param code of its answer; 0 or less without one
   */
  record Unavailable(String what, String words, int code) implements StepOutcome {
    public boolean answered() {
      return code > 0;
    }

    /** Names request and object. */
    public String message() {
      return what
          + (answered() ? " was answered with " + code : " got no answer")
          + (words.isEmpty() ? "" : ": " + words);
    }
  }

  /**
   * The outcome of a request that failed.
   *
   * @param what the request, as the subject of a sentence
   */
  static StepOutcome of(KubernetesClientException e, String what) {
    return of(e, what, what.contains("Secret") ? ErrorWords.ofSecret(e) : ErrorWords.of(e));
  }

  /**
   * The outcome of a request that failed.
   *
   * @param what the request, as the subject of a sentence
   * @param words what may be told of the answer
   */
  static StepOutcome of(KubernetesClientException e, String what, String words) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT -> new Stale();
      case HttpURLConnection.HTTP_NOT_FOUND -> new Gone();
      default -> new Unavailable(what, words, e.getCode());
    };
  }
}
