package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A session of a backend.
 *
 * @param sessionId that the backend gave; empty: it keeps no sessions
 */
public record Place(Backend backend, Optional<String> sessionId) {
  /**
   * Where something may be under way for a connection: at the backend that it is bound to, and at
   * the one before while that drains.
   *
   * @param serving what serves the session, as far as is known
   * @param now by the gateway's clock
   */
  public static List<Place> workingFor(
      Connection connection, Optional<Backend> serving, Instant now) {
    return serving
        .filter(it -> it.session().equals(connection.session()))
        .map(
            it ->
                Stream.concat(Stream.of(connection.binding()), connection.previous().stream())
                    .flatMap(binding -> of(binding, connection, it, now).stream())
                    .toList())
        .orElseGet(List::of);
  }

  private static Optional<Place> of(
      Binding binding, Connection connection, Backend serving, Instant now) {
    return switch (Asker.of(binding.session(), connection, serving, now)) {
      case Asker.Serving serves -> Optional.of(new Place(serving, binding.backendSessionId()));
      case Asker.Draining(var place) -> Optional.of(place);
      case Asker.Later later -> binding.endpoint().map(it -> of(binding, it, serving));
      case Asker.Gone gone -> Optional.empty();
    };
  }

  /**
   * Whether a connection was bound anew since it led here.
   *
   * @param now where it leads, as far as is known
   */
  public boolean isLeft(Binding now) {
    return now.revision() > backend.revision()
        || (now.revision() == backend.revision() && !now.backendSessionId().equals(sessionId));
  }

  /** At another backend of the session than the one that serves. */
  static Place of(Binding binding, URI endpoint, Backend serving) {
    return new Place(
        serving.ofSameSession(binding.revision(), endpoint), binding.backendSessionId());
  }

  @Override
  public String toString() {
    return "session of " + backend; // its id is a credential of the backend
  }
}
