package dev.mcpsession.gateway.course;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import java.time.Instant;
import java.util.stream.Stream;

/** Where the backend is that asked a legacy client something. */
public sealed interface Asker {
  /** It serves the session: what is for it goes the way of all requests. */
  record Serving() implements Asker {}

  /** It serves later than what this replica knows: the session has to be read live. */
  record Later() implements Asker {}

  /** It was replaced, and still has time for what it began. */
  record Draining(Place place) implements Asker {}

  /** It is not there any more, as far as is known; another Pod may have its address. */
  record Gone() implements Asker {}

  /**
   * Looks for a backend session.
   *
   * @param serving what serves the session
   * @param now by the gateway's clock
   */
  static Asker of(Incarnation asker, Connection connection, Backend serving, Instant now) {
    if (!connection.session().equals(serving.session())) {
      return new Serving();
    }
    if (asker.revision() == serving.revision()) {
      return connection.binding().session().succeeds(asker) ? new Gone() : new Serving();
    }
    if (asker.revision() > serving.revision()) {
      return new Later();
    }
    return serving.hasDrainingPredecessor(now) ? draining(asker, connection, serving) : new Gone();
  }

  private static Asker draining(Incarnation asker, Connection connection, Backend serving) {
    return Stream.concat(Stream.of(connection.binding()), connection.previous().stream())
        .filter(binding -> binding.session().equals(asker))
        .findFirst()
        .flatMap(binding -> binding.endpoint().map(it -> Place.of(binding, it, serving)))
        .<Asker>map(Draining::new)
        .orElseGet(Gone::new);
  }
}
