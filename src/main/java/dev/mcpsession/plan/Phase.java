package dev.mcpsession.plan;

/**
 * The phases of a plan, in the order in which its steps are carried out. A step that does not
 * succeed ends the plan, so each phase can rely on the ones before it.
 */
enum Phase {
  /** The finalizer: no token is requested that nobody would revoke. */
  FINALIZER,
  /** The Service is created: if its name is taken, no token is requested. */
  SERVICE,
  /** What must succeed before the status says so: Secrets are deleted, Pods confirmed gone. */
  PREPARATION,
  /** The status is written, which permits the phases that follow. */
  STATUS,
  /** A rejection by the API server, for which the status accounts now, is discarded. */
  REJECTION,
  /** The Service's selector follows the status at once. */
  SELECTOR,
  /** The PodDisruptionBudget exists before its namespace's sessions have Pods. */
  GUARD,
  /** Events about what was observed. */
  FINDING,
  /** An abandoned candidate is deleted with its Secret; the status no longer names its number. */
  ABANDONMENT,
  /** Events about the result: serving, failed, suspended. */
  RESULT,
  /** A token is requested, or an unused result discarded. */
  TOKEN,
  /** Pods that the status no longer names are deleted. */
  RETIREMENT,
  /** The attempt's Secret and Pod are created. */
  CREATION,
  /** The token call's result, now in a Secret, is discarded. */
  TOKEN_USED,
  /** Pods get back the labels by which they are found. */
  LABELS,
  /** A Service that is no longer wanted is deleted. */
  SERVICE_REMOVAL
}
