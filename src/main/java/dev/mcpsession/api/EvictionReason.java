package dev.mcpsession.api;

/** Why the operator deleted a session. */
public enum EvictionReason {
  Idle,
  MaxLifetime,
  GrantRejected
}
