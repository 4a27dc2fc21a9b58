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
 * The operator's configuration: valid whenever it exists. {@link Setting} says what each value
 * means.
 *
 * @param maxConcurrentReplacements attempts of causes template, restart and node at a time
 * @param maxConcurrentTokenCalls calls to token issuers at a time
 * @param watchTokenSecrets whether a changed source Secret is noticed at once
 * @param watchNodes whether sessions leave nodes that are to go
 */
public record OperatorConfig(
    int maxConcurrentReplacements,
    int maxConcurrentTokenCalls,
    boolean watchTokenSecrets,
    boolean watchNodes,
    TokenEndpoints tokenEndpoints,
    LeaderElection leaderElection) {

  /**
   * Which OAuth 2 endpoints sessions may name.
   *
   * @param allowed prefixes; each allows itself and what is below it
   * @param allowHttp whether they may be http
   * @param maxConcurrentCalls to one token endpoint at a time
   */
  public record TokenEndpoints(
      List<EndpointUrl> allowed, boolean allowHttp, int maxConcurrentCalls) {
    public TokenEndpoints {
      allowed = List.copyOf(allowed);
    }
  }

  /**
   * How replicas agree on the one that works.
   *
   * @param leaseNamespace empty: the operator's own namespace
   * @param leaseDuration without a renewal for so long, another may take over
   * @param renewDeadline without a renewal for so long, the leader stops writing; less than
   *     leaseDuration
   * @param retryPeriod from one renewal to the next; less than renewDeadline
   */
  public record LeaderElection(
      String leaseName,
      Optional<String> leaseNamespace,
      Duration leaseDuration,
      Duration renewDeadline,
      Duration retryPeriod) {}

  /** What holds without a configuration file. */
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
   * @param file YAML; without a key: the default
   * @throws InvalidConfigException with all that is wrong in the file
   * @throws IOException if the file cannot be read
   */
  public static OperatorConfig read(Path file) throws IOException, InvalidConfigException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return new ConfigReader().read(reader);
    }
  }

  /** As {@link #read}, from a text. */
  public static OperatorConfig parse(String yaml) throws InvalidConfigException {
    try {
      return new ConfigReader().read(new StringReader(yaml));
    } catch (IOException e) {
      throw new IllegalStateException("A string was not readable", e);
    }
  }
}
