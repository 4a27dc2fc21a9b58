package dev.mcpsession.config;

import org.jspecify.annotations.Nullable;

/**
 * Every key of the operator's configuration file; {@code docs/configuration.md} is its reference.
 */
public enum Setting implements ConfigKey {
  MAX_CONCURRENT_REPLACEMENTS(
      "maxConcurrentReplacements",
      new Kind.WholeNumber(1, 1000),
      "10",
      "Maximum number of concurrent replacements with the causes `template`, `restart` and `node`,"
          + " so that a changed template or a drained node does not restart every backend at once."
          + " Causes `token` and `backend` are not limited."),
  MAX_CONCURRENT_TOKEN_CALLS(
      "maxConcurrentTokenCalls",
      new Kind.WholeNumber(1, 1000),
      "20",
      "Maximum number of concurrent calls to token issuers; further calls are queued."),
  WATCH_TOKEN_SECRETS(
      "watchTokenSecrets",
      new Kind.TruthValue(),
      "false",
      "Whether the operator watches the Secrets of token sources, so that it notices a change at"
          + " once. This needs the right to list and watch all Secrets of the watched namespaces."
          + " Otherwise such a Secret is read when a token is needed: at a start and when a renewal"
          + " is due."),
  WATCH_NODES(
      "watchNodes",
      new Kind.TruthValue(),
      "false",
      "Whether sessions move away from nodes that are cordoned, drained or about to be removed"
          + " (cause `node`), and evictions wait until they have moved. Needs rights on nodes,"
          + " which only a ClusterRole grants, and on poddisruptionbudgets."),
  TOKEN_ENDPOINTS_ALLOWED(
      "tokenEndpoints.allowed",
      Kind.Items.urls(),
      "[]",
      "URLs that sessions may name as OAuth 2 token, revocation and introspection endpoints: each"
          + " URL allows itself and all paths below it, by whole path segments. Client secrets are"
          + " sent to no other URL."),
  TOKEN_ENDPOINTS_ALLOW_HTTP(
      "tokenEndpoints.allowHttp",
      new Kind.TruthValue(),
      "false",
      "Whether `allowed` may hold http URLs, over which secrets travel unencrypted. For tests."),
  TOKEN_ENDPOINTS_MAX_CONCURRENT_CALLS(
      "tokenEndpoints.maxConcurrentCalls",
      new Kind.WholeNumber(1, 1000),
      "4",
      "Maximum number of concurrent calls to one authorization server (scheme, host and port), so"
          + " that an unresponsive one leaves capacity for the others within"
          + " maxConcurrentTokenCalls."),
  LEASE_NAME(
      "leaderElection.leaseName",
      Kind.Text.name("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", 253),
      "mcp-session-operator",
      "Name of the Lease that the replicas of one installation contend for."),
  LEASE_NAMESPACE(
      "leaderElection.leaseNamespace",
      Kind.Text.name("[a-z0-9]([-a-z0-9]*[a-z0-9])?", 63),
      null,
      "Namespace of the Lease. Without it: the operator's own namespace in a cluster, `default`"
          + " elsewhere."),
  LEASE_DURATION_SECONDS(
      "leaderElection.leaseDurationSeconds",
      new Kind.WholeNumber(3, 3600),
      "15",
      "Seconds without an observed renewal after which a standby takes over from a lost leader."),
  RENEW_DEADLINE_SECONDS(
      "leaderElection.renewDeadlineSeconds",
      new Kind.WholeNumber(2, 3600),
      "10",
      "Seconds after its last renewal at which a leader stops writing. Must be less than"
          + " leaseDurationSeconds, so that it has stopped before another leader starts."),
  RETRY_PERIOD_SECONDS(
      "leaderElection.retryPeriodSeconds",
      new Kind.WholeNumber(1, 3600),
      "2",
      "Seconds between two renewals by the leader, and between two checks by a standby. Must be"
          + " less than renewDeadlineSeconds.");

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // records of numbers and functions
  private final Kind kind;

  private final @Nullable String defaultValue;
  private final String meaning;

  Setting(String key, Kind kind, @Nullable String defaultValue, String meaning) {
    this.key = key;
    this.kind = kind;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
