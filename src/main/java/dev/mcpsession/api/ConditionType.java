package dev.mcpsession.api;

/** The condition types of a session, in the order in which they are shown. */
public enum ConditionType {
  Ready,
  UpToDate,
  TokenValid,
  ActivityValid,
  /**
   * True while only a change by somebody else can help, with reason and message of Ready; absent
   * otherwise. kstatus (Flux, helm --wait) reads it as failed, and Ready False alone as in
   * progress.
   */
  Stalled
}
