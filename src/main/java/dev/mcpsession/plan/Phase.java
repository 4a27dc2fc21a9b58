package dev.mcpsession.plan;

/**
 * The phases of a plan, in the order in which its steps are carried out. A step that does not
 * succeed ends the plan, so that whatever is done after a phase may rely on it.
 */
enum Phase {
  /** No token is asked for that nobody would revoke. */
  FINALIZER,
  /** If its name is taken, no token is asked for. */
  SERVICE,
  /** What must have succeeded before the status says so: Secrets that go, Pods that are gone. */
  PREPARATION,
  /** The status is written: what follows it allows. */
  STATUS,
  /** Traffic follows the status at once. */
  SELECTOR,
  /** A namespace's guard is there before its sessions have Pods. */
  GUARD,
  /** Events about what was found. */
  FINDING,
  /** A candidate that is given up, with its Secret; status names its number no more. */
  ABANDONMENT,
  /** Events about what was done: begun to serve, failed, suspended. */
  RESULT,
  /** A token is asked for, or what was answered is dropped unused. */
  TOKEN,
  /** Pods that no status names any more make way. */
  RETIREMENT,
  /** The Secret and the Pod of the attempt. */
  CREATION,
  /** The answer of the token source is in a Secret now. */
  TOKEN_USED,
  /** A Service that is not wanted any more. */
  SERVICE_REMOVAL,
  /** What the API server rejected was planned for. */
  REJECTION
}
