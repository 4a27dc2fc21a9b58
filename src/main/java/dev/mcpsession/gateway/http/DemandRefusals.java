package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Demand.NotServed;
import java.time.Duration;
import java.util.Map;

/** PURE. What a client is told when no backend serves. */
final class DemandRefusals {
  private DemandRefusals() {}

  /**
   * The answer.
   *
   * @param challenge for 401
   */
  static Refusal of(NotServed none, String challenge) {
    return switch (none.cause()) {
      case NOT_OWNED -> Refusal.unknownSession();
      case NO_TEMPLATE -> Refusal.noTemplate();
      case GRANT_REJECTED -> Refusal.unauthorized(challenge, none.message());
      case STARTING, FAILED, SUSPENDED, ENDING, LIMITED, API_AWAY, REFUSED ->
          new Refusal(
              503,
              Refusal.INTERNAL_ERROR,
              none.message(),
              none.retryAfter().map(Refusal::retryAfter).orElse(Map.of()));
    };
  }

  /** The API server did not answer where nothing goes on without it. */
  static Refusal apiAway() {
    return Refusal.unavailable(
        Refusal.INTERNAL_ERROR,
        "The Kubernetes API server does not answer; try again.",
        Duration.ofSeconds(5));
  }
}
