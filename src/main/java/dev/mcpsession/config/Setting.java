package dev.mcpsession.config;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every key of the configuration file. Reading, defaults and {@code docs/configuration.md} are made
 * from this table, so that they cannot disagree.
 */
public enum Setting {
  MAX_CONCURRENT_REPLACEMENTS(
      "maxConcurrentReplacements",
      new WholeNumber(1, 1000),
      "10",
      "How many replacements of causes `template`, `restart` and `node` go on at a time, so that a"
          + " changed template or a drained node does not restart every backend at once. Causes"
          + " `token` and `backend` are not limited."),
  MAX_CONCURRENT_TOKEN_CALLS(
      "maxConcurrentTokenCalls",
      new WholeNumber(1, 1000),
      "20",
      "How many calls to token issuers go on at a time; the rest wait their turn."),
  WATCH_TOKEN_SECRETS(
      "watchTokenSecrets",
      new TruthValue(),
      "false",
      "Whether a change of a Secret that a token source reads is noticed at once. That takes the"
          + " right to list and watch all Secrets of the watched namespaces. Else such a Secret is"
          + " read when a token is needed: at a start and when a renewal is due."),
  WATCH_NODES(
      "watchNodes",
      new TruthValue(),
      "false",
      "Whether sessions leave nodes that are cordoned, drained or about to be removed (cause"
          + " `node`), and evictions wait for that. Wants rights on nodes, which only a ClusterRole"
          + " grants, and on poddisruptionbudgets."),
  TOKEN_ENDPOINTS_ALLOWED(
      "tokenEndpoints.allowed",
      new Urls(),
      "[]",
      "URLs that sessions may name as OAuth 2 token, revocation and introspection endpoints: each"
          + " allows itself and what is below it, by whole segments of the path. Nothing else is"
          + " ever sent a client secret."),
  TOKEN_ENDPOINTS_ALLOW_HTTP(
      "tokenEndpoints.allowHttp",
      new TruthValue(),
      "false",
      "Whether `allowed` may hold http URLs, over which secrets travel unencrypted. For tests."),
  TOKEN_ENDPOINTS_MAX_CONCURRENT_CALLS(
      "tokenEndpoints.maxConcurrentCalls",
      new WholeNumber(1, 1000),
      "4",
      "How many calls to one token endpoint go on at a time, so that one that does not answer"
          + " leaves room for the others within maxConcurrentTokenCalls."),
  LEASE_NAME(
      "leaderElection.leaseName",
      new Name("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", 253),
      "mcp-session-operator",
      "Name of the Lease that the replicas of one installation contend for."),
  LEASE_NAMESPACE(
      "leaderElection.leaseNamespace",
      new Name("[a-z0-9]([-a-z0-9]*[a-z0-9])?", 63),
      null,
      "Namespace of the Lease. Without it: the operator's own namespace in a cluster, `default`"
          + " elsewhere."),
  LEASE_DURATION_SECONDS(
      "leaderElection.leaseDurationSeconds",
      new WholeNumber(3, 3600),
      "15",
      "Seconds after the last renewal that a standby saw until it takes over from a leader that"
          + " vanished."),
  RENEW_DEADLINE_SECONDS(
      "leaderElection.renewDeadlineSeconds",
      new WholeNumber(2, 3600),
      "10",
      "Seconds after its last renewal until a leader stops writing. Less than leaseDurationSeconds,"
          + " so that it has stopped before another begins."),
  RETRY_PERIOD_SECONDS(
      "leaderElection.retryPeriodSeconds",
      new WholeNumber(1, 3600),
      "2",
      "Seconds between two renewals of a leader, and between two looks of a standby. Less than"
          + " renewDeadlineSeconds.");

  /** What a value may be. */
  sealed interface Kind permits WholeNumber, TruthValue, Name, Urls {
    /** For people: "a whole number from 1 to 1000". */
    String allowed();
  }

  record WholeNumber(int min, int max) implements Kind {
    @Override
    public String allowed() {
      return "a whole number from " + min + " to " + max;
    }
  }

  record TruthValue() implements Kind {
    @Override
    public String allowed() {
      return "true or false";
    }
  }

  record Urls() implements Kind {
    @Override
    public String allowed() {
      return "a list, each item " + EndpointUrl.ALLOWED_PREFIX;
    }
  }

  record Name(Pattern pattern, int maxLength) implements Kind {
    Name(String pattern, int maxLength) {
      this(Pattern.compile(pattern), maxLength);
    }

    @Override
    public String allowed() {
      return "a name of lower-case letters, digits"
          + (maxLength > 63 ? ", '-' and '.'" : " and '-'")
          + ", at most "
          + maxLength
          + " characters";
    }
  }

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // records of numbers and patterns
  private final Kind kind;

  private final @Nullable String defaultValue;
  private final String meaning;

  Setting(String key, Kind kind, @Nullable String defaultValue, String meaning) {
    this.key = key;
    this.kind = kind;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  /** As in the file, sections joined with a dot: {@code leaderElection.leaseName}. */
  public String key() {
    return key;
  }

  Kind kind() {
    return kind;
  }

  /** What is allowed, for people. */
  public String allowed() {
    return kind.allowed();
  }

  /** As one would write it in the file; null: depends on where the operator runs. */
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  /** One or two sentences in Markdown, with the unit. */
  public String meaning() {
    return meaning;
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(s -> s.key.equals(key)).findFirst();
  }

  static boolean isSection(String key) {
    return Arrays.stream(values()).anyMatch(s -> s.key.startsWith(key + "."));
  }
}
