package dev.mcpsession.gateway.http;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The requests under way on one event loop. To be used on it. */
final class OpenExchanges {
  private final Set<Exchange> open = new HashSet<>();

  /** A request has come in. */
  void begun(Exchange exchange) {
    open.add(exchange);
    exchange.hold(() -> open.remove(exchange));
  }

  /** Answers all that wait still: the process ends. */
  void end() {
    List.copyOf(open).forEach(Exchange::abandoned);
  }
}
