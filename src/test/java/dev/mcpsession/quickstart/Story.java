package dev.mcpsession.quickstart;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.sample.McpClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The life of one session: what users do with it, and what must be seen of it within which time.
 * Each check reads what the watch saw.
 */
record Story(
    KubernetesClient client,
    McpSession applied,
    SessionWatch watch,
    TokenIssuer issuer,
    Timeline timeline) {
  private static final Duration FIRST_TOKEN = Duration.ofSeconds(20);
  private static final Duration LATER_TOKENS = Duration.ofSeconds(60);

  /** From a token's issue to that of its successor. */
  private static final Duration ISSUE_PERIOD = Duration.ofSeconds(8);

  /** For what depends on a process being started. */
  private static final Duration START = Duration.ofSeconds(20);

  private static final Duration SOON = Duration.ofSeconds(10);

  /**
   * Runs the story, from applied to gone.
   *
   * @throws IllegalStateException if something was not seen in time, or in the wrong order
   */
  void tell() {
    Instant firstExpiry = issuer.issue(FIRST_TOKEN);
    Instant issued = Instant.now();
    timeline.add("apply", "McpSession default/" + name());
    client.resource(applied).create();
    expect("revision 1 serves", START, () -> watch.isServing(1));
    use();

    expect(
        "time for another token",
        ISSUE_PERIOD.multipliedBy(2),
        () -> Instant.now().isAfter(issued.plus(ISSUE_PERIOD)));
    issuer.issue(LATER_TOKENS);
    expect("revision 2 serves", START, () -> watch.isServing(2));
    Instant touched = use();

    expect("the first Pod is gone", SOON, () -> watch.seen("Pod " + pod(1) + " gone").isPresent());
    checkReplacement(firstExpiry);
    expect(
        "the session is evicted",
        Samples.IDLE_TIMEOUT.plus(SOON),
        () -> watch.seen("session gone").isPresent());
    checkEviction(touched);
    expect("all it had is gone", SOON, () -> watch.children().isEmpty());
    expect("an Event says why", SOON, () -> watch.seen("Event Evicted").isPresent());
  }

  private String name() {
    return applied.getMetadata().getName();
  }

  private String pod(int revision) {
    return Names.child(name(), revision);
  }

  /** Uses the session as an MCP client does, and as a gateway that sees its traffic. */
  private Instant use() {
    String endpoint = watch.status().map(McpSessionStatus::endpoint).orElseThrow();
    String answer = new McpClient(URI.create(endpoint)).whoami();
    timeline.add("client", "MCP initialize and whoami at " + endpoint + " gives");
    timeline.add("", answer.lines().collect(Collectors.joining(", ")));
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    client
        .resource(applied)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(Names.LAST_ACTIVE, now));
    return now;
  }

  private void checkReplacement(Instant expiry) {
    Instant ready = watch.seen("Pod " + pod(2) + " Ready").orElseThrow();
    Instant ending = watch.seen("Pod " + pod(1) + " ending").orElseThrow();
    check(ready.isBefore(ending), pod(2) + " was not Ready before " + pod(1) + " was ended");
    check(watch.seen("status not Ready").isEmpty(), "the session was not Ready all the time");
    check(ending.isBefore(expiry), pod(1) + " was still there when its token expired");
    timeline.add(
        "check",
        "replaced before expiry, always Ready: %s Ready at %.1f s, %s told to end at %.1f s, its token expires at %.1f s"
            .formatted(
                pod(2),
                timeline.seconds(ready),
                pod(1),
                timeline.seconds(ending),
                timeline.seconds(expiry)));
  }

  private void checkEviction(Instant touched) {
    Instant deadline = touched.plus(Samples.IDLE_TIMEOUT);
    Instant gone = watch.seen("session gone").orElseThrow();
    check(!gone.isBefore(deadline), "evicted before its idle deadline");
    timeline.add(
        "check",
        "evicted %d ms after its idle deadline: last used at %.1f s, idle timeout %d s"
            .formatted(
                Duration.between(deadline, gone).toMillis(),
                timeline.seconds(touched),
                Samples.IDLE_TIMEOUT.toSeconds()));
  }

  /**
   * @throws IllegalStateException with that message, if it does not hold
   */
  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  /**
   * Waits until something is seen, and for nothing else.
   *
   * @throws IllegalStateException if it was not seen in time
   */
  static void expect(String what, Duration within, Callable<Boolean> seen) {
    try {
      await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(50))
          .atMost(within)
          .until(seen);
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException(
          "not seen within %d s: %s".formatted(within.toSeconds(), what), e);
    }
  }
}
