package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Demand.NotServed;
import java.time.Duration;
import java.util.Map;

/** What a client is told when its request goes no further. */
final class Refusals {
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration LATER = Duration.ofSeconds(5);

  private Refusals() {}

  /** No backend serves. */
  static Action notServed(NotServed none) {
    return switch (none.cause()) {
      case NOT_OWNED -> unknownSession();
      case NO_TEMPLATE -> new Action.Refuse(Refusal.noTemplate());
      case GRANT_REJECTED -> new Action.SignInAgain(none.message());
      case STARTING, FAILED, SUSPENDED, ENDING, LIMITED, API_AWAY, REFUSED ->
          new Action.Refuse(
              new Refusal(
                  503,
                  Refusal.INTERNAL_ERROR,
                  none.message(),
                  none.retryAfter().map(Refusal::retryAfter).orElse(Map.of())));
    };
  }

  static Action unknownSession() {
    return new Action.Refuse(Refusal.unknownSession());
  }

  static Action signInAgain() {
    return new Action.SignInAgain("The grant of this user was rejected; sign in again.");
  }

  /** The API server did not answer where nothing goes on without it. */
  static Refusal apiAway() {
    return Refusal.unavailable(
        Refusal.INTERNAL_ERROR, "The Kubernetes API server does not answer; try again.", LATER);
  }

  static Action askerGone() {
    return new Action.Refuse(
        new Refusal(
            400,
            Refusal.INVALID_REQUEST,
            "The MCP server that asked this is gone: it was replaced or started again, and nobody"
                + " waits for the answer any more."));
  }

  static Action isSuspended() {
    return soon("The session is being suspended; try again.", LATER);
  }

  static Action isReplaced() {
    return soon("The session is being replaced; try again.", SOON);
  }

  static Action streamIsElsewhere() {
    return soon(
        "Another stream of this MCP session is open at another replica of the gateway, which could"
            + " not be told to close it; try again.",
        LATER);
  }

  static Action notBound(BindingResult.Failed failed) {
    return failed.apiAway() ? new Action.Refuse(apiAway()) : soon(failed.message(), SOON);
  }

  private static Action soon(String message, Duration retryAfter) {
    return new Action.Refuse(Refusal.unavailable(Refusal.INTERNAL_ERROR, message, retryAfter));
  }

  /** The id could not be written or deleted. */
  static Refusal notWritten(String message, boolean apiAway) {
    return apiAway ? apiAway() : new Refusal(503, Refusal.INTERNAL_ERROR, message);
  }

  static Refusal tooManyIds() {
    return Refusal.tooMany("You have too many MCP sessions that are less than a minute old.");
  }

  static Action brokeOff() {
    return new Action.Refuse(
        Refusal.backendFailed("The MCP server broke off within its answer to initialize."));
  }
}
