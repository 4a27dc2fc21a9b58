package dev.mcpsession.metrics;

import java.util.List;

/**
 * Every meter of the operator. Dashboards and alerts depend on these names; {@code docs/metrics.md}
 * is generated from this table. No label holds the name of a session or a user, because their
 * number is unbounded; templates are few, and an administrator's.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of and toList make immutable lists
public enum SessionMeter implements MeterDescription {
  SESSIONS(
      "mcpsession.sessions",
      Type.GAUGE,
      List.of("namespace", "reason"),
      List.of(),
      "Sessions by namespace and reason of their condition Ready; `Unknown` before its first"
          + " evaluation. Only the leader exports this metric."),
  CONDITIONS(
      "mcpsession.conditions",
      Type.GAUGE,
      List.of("type", "reason"),
      List.of(),
      "Sessions by their conditions (`Ready`, `UpToDate`, `TokenValid`, `ActivityValid`, `Stalled`)"
          + " and the reason of each, in all namespaces. Only the leader exports this metric."),
  NOT_READY_MAX(
      "mcpsession.not.ready.max",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Longest time in seconds that any session has been without a backend (Ready is `Starting`,"
          + " `Recreating`, `TokenPending`, `StartFailed`, `BackendExited` or `BackendNotReady`); 0"
          + " if none is. Only the leader exports this metric."),
  SESSIONS_STUCK(
      "mcpsession.sessions.stuck",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Sessions that have been without a backend for more than twice their `startupTimeoutSeconds`."
          + " Only the leader exports this metric."),
  TEMPLATE_SESSIONS(
      "mcpsession.template.sessions",
      Type.GAUGE,
      List.of("namespace", "template"),
      List.of(),
      "Sessions that name a template, by the template's namespace and name, as its status counts"
          + " them; nothing before its first count. Only the leader exports this metric."),
  TEMPLATE_SESSIONS_UP_TO_DATE(
      "mcpsession.template.sessions.up.to.date",
      Type.GAUGE,
      List.of("namespace", "template"),
      List.of(),
      "Those of `mcpsession_template_sessions` with nothing left to do for the present generation"
          + " of their template; the others are behind. Only the leader exports this metric."),
  START_DURATION(
      "mcpsession.start.duration",
      Type.HISTOGRAM,
      List.of(),
      List.of("500ms", "1s", "2s", "3s", "5s", "10s", "20s", "30s", "1m", "2m", "5m"),
      "Seconds from the beginning of a first start or a resume until the session serves."),
  REPLACEMENTS(
      "mcpsession.replacements",
      Type.COUNTER,
      List.of("cause", "outcome"),
      List.of(),
      "Completed replacements of a backend, by cause (`backend`, `template`, `restart`, `token`,"
          + " `node`) and outcome (`success`, `failure`)."),
  REPLACEMENT_DURATION(
      "mcpsession.replacement.duration",
      Type.HISTOGRAM,
      List.of("cause"),
      List.of("500ms", "1s", "2s", "3s", "5s", "10s", "20s", "30s", "1m", "2m", "5m", "10m"),
      "Seconds from the beginning of a replacement until the new revision serves; only those that"
          + " succeeded."),
  REPLACEMENT_PLACES(
      "mcpsession.replacement.places",
      Type.GAUGE,
      List.of("state"),
      List.of(),
      "Sessions by what they have of the places that `maxConcurrentReplacements` limits: `held`,"
          + " for a replacement that goes on; `unscheduled`, given back because its new Pod has had"
          + " no node for 30 s; `waiting` for a place. Only the leader exports this metric."),
  TOKEN_ISSUES(
      "mcpsession.token.issues",
      Type.COUNTER,
      List.of("source", "outcome"),
      List.of(),
      "Calls to a token source, by the source's field in the spec (`serviceAccount`, `secret`, ...)"
          + " and outcome (`success`, `failure`)."),
  TOKEN_ISSUE_DURATION(
      "mcpsession.token.issue.duration",
      Type.HISTOGRAM,
      List.of("source"),
      List.of(
          "5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s",
          "30s"),
      "Seconds that a call to a token source took, whatever its outcome."),
  ISSUER_CALLS(
      "mcpsession.issuer.calls",
      Type.COUNTER,
      List.of("endpoint", "outcome"),
      List.of(),
      "Requests to OAuth 2 authorization servers, by endpoint (`token`, `introspection`,"
          + " `revocation`) and outcome (`success`; `rejected`: the grant was rejected permanently;"
          + " `misconfigured`: client, scope or URL; `unavailable`). A valid token in a grant"
          + " Secret needs no request."),
  ISSUER_CALL_DURATION(
      "mcpsession.issuer.call.duration",
      Type.HISTOGRAM,
      List.of("endpoint"),
      List.of(
          "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s", "30s"),
      "Seconds that a request to an authorization server took, whatever its outcome."),
  TOKEN_EXPIRY_MIN(
      "mcpsession.token.expiry.min",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Seconds until the next token in use expires; negative if it has expired. Only the leader"
          + " exports this metric, and only while a token in use has an expiry."),
  RENEWAL_OVERDUE_MAX(
      "mcpsession.renewal.overdue.max",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Seconds by which the most overdue renewal of a serving session is past its"
          + " `status.renewalTime`; 0 if none is. Even a punctual renewal counts as overdue while"
          + " its new backend starts. Only the leader exports this metric."),
  TOKENS_AT_RISK(
      "mcpsession.tokens.at.risk",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Sessions whose token has not been renewed although more than half of the time from"
          + " `status.renewalTime` to its expiry has passed, or whose token has expired, which"
          + " stopped the backend. Only the leader exports this metric."),
  EVICTIONS(
      "mcpsession.evictions",
      Type.COUNTER,
      List.of("reason"),
      List.of(),
      "Sessions deleted by the operator, by reason (`Idle`, `MaxLifetime`, `GrantRejected`)."),
  EVICTION_LATENESS(
      "mcpsession.eviction.lateness",
      Type.HISTOGRAM,
      List.of(),
      List.of(
          "5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s",
          "30s", "1m"),
      "Seconds from the moment an eviction was due until the session was deleted."),
  BACKEND_EXITS(
      "mcpsession.backend.exits",
      Type.COUNTER,
      List.of(),
      List.of(),
      "Serving backends that exited or disappeared without being stopped by the operator."),
  REVOCATIONS(
      "mcpsession.revocations",
      Type.COUNTER,
      List.of("outcome"),
      List.of(),
      "Ended sessions whose tokens had to be revoked, by outcome (`success`; `failure`: a token"
          + " stays valid until it expires)."),
  RECONCILE_ERRORS(
      "mcpsession.reconcile.errors",
      Type.COUNTER,
      List.of("kind"),
      List.of(),
      "Reconciles that failed, by kind (`api`: the API server refused or did not answer;"
          + " `internal`: a bug in the operator). The session is requeued after 100 ms, doubling to"
          + " 30 s."),
  NAMESPACES_REFUSED(
      "mcpsession.namespaces.refused",
      Type.GAUGE,
      List.of("namespace"),
      List.of(),
      "1 if this replica does not serve a watched namespace (`*`: all namespaces) because it lacks"
          + " a permission there, else 0. The log and `/readyz` name the permission."),
  LEADER(
      "mcpsession.leader",
      Type.GAUGE,
      List.of(),
      List.of(),
      "1 on the active replica (the leader, or any replica without leader election); 0 on a standby"
          + " or while caches are being filled.");

  private final Row row;

  SessionMeter(String id, Type type, List<String> labels, List<String> buckets, String meaning) {
    this.row = Row.of(id, type, labels, buckets, meaning);
  }

  @Override
  public Row row() {
    return row;
  }

  @Override
  public boolean isTime() {
    return this == TOKEN_EXPIRY_MIN
        || this == RENEWAL_OVERDUE_MAX
        || this == NOT_READY_MAX
        || type() == Type.HISTOGRAM;
  }
}
