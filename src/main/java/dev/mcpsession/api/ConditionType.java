package dev.mcpsession.api;

/** The condition types of a session, in the order in which they are shown. */
public enum ConditionType {
  Ready,
  UpToDate,
  TokenValid,
  ActivityValid
}
