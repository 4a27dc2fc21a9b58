package dev.mcpsession.config;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The operator's configuration; an instance is always valid. {@link Setting} describes each value.
 *
 * @param maxConcurrentReplacements maximum of concurrent attempts with the causes template, restart
 *     and node
 * @param maxConcurrentTokenCalls maximum of concurrent calls to token issuers
 * @param watchTokenSecrets whether the Secrets of token sources are watched, so that a change is
 *     noticed at once
 * @param watchNodes whether sessions move away from nodes that are cordoned, drained or about to be
 *     removed
 */
public record OperatorConfig(
    int maxConcurrentReplacements,
    int maxConcurrentTokenCalls,
    boolean watchTokenSecrets,
    boolean watchNodes,
    TokenEndpoints tokenEndpoints,
    LeaderElection leaderElection) {

  private static final ConfigReader READER = new ConfigReader(List.of(Setting.values()));

  /**
   * The OAuth 2 endpoints that sessions may name.
   *
   * @param allowed prefixes; each allows itself and all URLs below it
   * @param allowHttp whether these URLs may be http
   * @param maxConcurrentCalls maximum of concurrent calls to one authorization server
   */
  public record TokenEndpoints(
      List<EndpointUrl> allowed, boolean allowHttp, int maxConcurrentCalls) {
    public TokenEndpoints {
      allowed = List.copyOf(allowed);
    }
  }

  /**
   * How replicas elect the active one.
   *
   * @param leaseNamespace empty: the operator's own namespace
   * @param leaseDuration time without a renewal after which another replica may take over
   * @param renewDeadline time since its last renewal after which the leader stops writing; less
   *     than leaseDuration
   * @param retryPeriod time between two renewals; less than renewDeadline
   */
  public record LeaderElection(
      String leaseName,
      Optional<String> leaseNamespace,
      Duration leaseDuration,
      Duration renewDeadline,
      Duration retryPeriod) {}

  /** The configuration without a file. */
  public static OperatorConfig defaults() {
    try {
      return parse("");
    } catch (InvalidConfigException e) {
      throw new IllegalStateException("The defaults contradict each other", e);
    }
  }

  /**
   * Reads and validates a file.
   *
   * @param file YAML; a missing key has its default
   * @throws InvalidConfigException with all errors in the file
   * @throws IOException if the file cannot be read
   */
  public static OperatorConfig read(Path file) throws IOException, InvalidConfigException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return of(READER.read(reader));
    }
  }

  /** Like {@link #read}, from a string. */
  public static OperatorConfig parse(String yaml) throws InvalidConfigException {
    try {
      return of(READER.read(new StringReader(yaml)));
    } catch (IOException e) {
      throw new IllegalStateException("A string was not readable", e);
    }
  }

  private static OperatorConfig of(ConfigValues values) throws InvalidConfigException {
    values.checkOrder(Setting.RENEW_DEADLINE_SECONDS, Setting.LEASE_DURATION_SECONDS);
    values.checkOrder(Setting.RETRY_PERIOD_SECONDS, Setting.RENEW_DEADLINE_SECONDS);
    boolean allowHttp = values.isTrue(Setting.TOKEN_ENDPOINTS_ALLOW_HTTP);
    if (!allowHttp && !values.isRefused(Setting.TOKEN_ENDPOINTS_ALLOW_HTTP)) {
      values
          .items(Setting.TOKEN_ENDPOINTS_ALLOWED, EndpointUrl.class)
          .forEach(
              url ->
                  values.refuseHttp(
                      Setting.TOKEN_ENDPOINTS_ALLOWED,
                      "holds",
                      url,
                      "secrets must not travel unencrypted",
                      Setting.TOKEN_ENDPOINTS_ALLOW_HTTP));
    }
    values.check();
    return new OperatorConfig(
        values.number(Setting.MAX_CONCURRENT_REPLACEMENTS),
        values.number(Setting.MAX_CONCURRENT_TOKEN_CALLS),
        values.isTrue(Setting.WATCH_TOKEN_SECRETS),
        values.isTrue(Setting.WATCH_NODES),
        new TokenEndpoints(
            values.list(Setting.TOKEN_ENDPOINTS_ALLOWED, EndpointUrl.class),
            allowHttp,
            values.number(Setting.TOKEN_ENDPOINTS_MAX_CONCURRENT_CALLS)),
        new LeaderElection(
            values.text(Setting.LEASE_NAME).orElseThrow(),
            values.text(Setting.LEASE_NAMESPACE),
            values.seconds(Setting.LEASE_DURATION_SECONDS),
            values.seconds(Setting.RENEW_DEADLINE_SECONDS),
            values.seconds(Setting.RETRY_PERIOD_SECONDS)));
  }
}
