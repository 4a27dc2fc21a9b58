package dev.mcpsession.api;

/** Reasons of the Events on a session. */
public enum EventReason {
  Ready(false),
  StartFailed(true),
  Replaced(false),
  ReplaceFailed(true),
  TokenIssueFailed(true),
  Evicted(false),
  Suspended(false),
  Resumed(false),
  BackendExited(true),
  InvalidActivity(true),
  NameConflict(true),
  RevocationFailed(true);

  private final boolean warning;

  EventReason(boolean warning) {
    this.warning = warning;
  }

  /**
   * Whether it may repeat: a warning is one Event object per session and reason, whose count grows.
   */
  public boolean isWarning() {
    return warning;
  }
}
