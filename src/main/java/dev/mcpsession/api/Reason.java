package dev.mcpsession.api;

/** Every reason a condition of a session can have. Several condition types may share a reason. */
public enum Reason {
  Serving,
  TokenPending,
  Starting,
  StartFailed,
  BackendExited,
  BackendNotReady,
  Suspended,
  SuspendedIdle,
  NameConflict,
  InvalidSpec,
  TemplateMissing,
  Recreating,
  Current,
  Replacing,
  ReplaceFailed,
  Issued,
  Pending,
  Expired,
  RefreshFailed,
  GrantRejected,
  SourceMissing,
  Annotated,
  NotAnnotated,
  Unparseable,
  InFuture
}
