package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.gateway.session.Demand.NotServed;
import java.time.Duration;
import java.util.Optional;

/** What is told to those for whom no backend serves, in words for users. */
final class Refusals {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(2);

  private Refusals() {}

  /** For those who lose patience. */
  static NotServed waits(Cause cause, String message) {
    return new NotServed(cause, message, Optional.of(LATER));
  }

  static NotServed noTemplate(McpResource resource) {
    return new NotServed(Cause.NO_TEMPLATE, "There is no template " + resource, Optional.empty());
  }

  static NotServed suspended() {
    return new NotServed(
        Cause.SUSPENDED,
        "The session is suspended by spec.suspend, until an administrator ends that",
        Optional.empty());
  }

  static NotServed notOwned(McpResource resource, String session) {
    return new NotServed(
        Cause.NOT_OWNED,
        "McpSession "
            + resource.namespace()
            + "/"
            + session
            + " was not made for this user and template; an administrator has to delete it",
        Optional.empty());
  }

  /**
   * The user's grant was rejected.
   *
   * @param message the issuer's; may be empty
   */
  static NotServed signInAgain(String message) {
    return new NotServed(
        Cause.GRANT_REJECTED,
        message.isEmpty() ? "The user's grant was rejected" : message,
        Optional.empty());
  }

  /** A new session was deleted before it served. */
  static NotServed endedAtOnce() {
    return new NotServed(
        Cause.FAILED, "The session ended while it was starting", Optional.of(SOON));
  }

  /** Whenever it is to be made there is one, and whenever that is looked at it is gone. */
  static NotServed endingAgain() {
    return waits(Cause.ENDING, "The user's sessions end as fast as they are made");
  }

  static NotServed limited(Duration wait) {
    return new NotServed(Cause.LIMITED, "Too many new sessions at a time", Optional.of(wait));
  }
}
