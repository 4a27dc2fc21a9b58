package dev.mcpsession.reconcile;

/** How carrying out a plan ended. */
sealed interface Outcome {
  Outcome DONE = new Done();

  /** Every step was carried out. */
  record Done() implements Outcome {}

  /** Something was learned that asks for another plan at once. */
  record PlanAgain() implements Outcome {}

  /**
   * What the plan was made on has changed meanwhile: to be planned again once the cache has moved.
   */
  record Stale() implements Outcome {}

  /** The session is gone. */
  record Gone() implements Outcome {}

  /** Something else has to happen first; the message says what. */
  record NotYet(String message) implements Outcome {}

  /**
   * The API server did not answer, or said that it cannot now; the message says what to which
   * object.
   */
  record Unavailable(String message) implements Outcome {}
}
