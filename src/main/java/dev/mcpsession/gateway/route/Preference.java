package dev.mcpsession.gateway.route;

/**
 * What a legacy client asks of its server for the rest of their session, and so has to be said
 * again to each later backend.
 */
public sealed interface Preference {
  /** {@code logging/setLevel}: the least severe messages that the client wants to see. */
  record LogLevel(String level) implements Preference {}

  /** {@code resources/subscribe}: the client wants to hear of changes of this resource. */
  record Subscribe(String uri) implements Preference {}

  /** {@code resources/unsubscribe}. */
  record Unsubscribe(String uri) implements Preference {}
}
