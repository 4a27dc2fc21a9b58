package dev.mcpsession.gateway.route;

import java.time.Duration;
import java.util.List;

/** Whether a request that failed at a backend is sent again. */
public sealed interface RetryDecision {
  /**
   * The session is read live, and the request sent to what serves then.
   *
   * @param pause before that
   */
  record Again(Duration pause) implements RetryDecision {}

  /** The client is told. */
  record GiveUp(Refusal refusal) implements RetryDecision {}

  /**
   * Pauses before each further try: enough for a promotion to be seen, and for a server to listen.
   */
  List<Duration> PAUSES = List.of(Duration.ZERO, Duration.ofMillis(300), Duration.ofSeconds(1));

  /**
   * A request is sent again only if no byte of it can have reached a backend.
   *
   * @param sent whether a byte of it may have left
   * @param failures so far, this one included
   */
  static RetryDecision of(boolean sent, int failures) {
    if (sent) {
      return new GiveUp(
          Refusal.backendFailed(
              "The MCP server failed before it answered. What it did of this request is not"
                  + " known."));
    }
    return failures <= PAUSES.size()
        ? new Again(PAUSES.get(failures - 1))
        : new GiveUp(
            Refusal.unavailable(
                Refusal.INTERNAL_ERROR,
                "The MCP server does not take connections. The request was not sent to it; try"
                    + " again.",
                Duration.ofSeconds(5)));
  }
}
