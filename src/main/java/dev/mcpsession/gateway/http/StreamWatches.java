package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.session.Backend;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps an eye on every stream of an event loop while it lasts. */
final class StreamWatches {
  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final Set<StreamWatch> watches = new HashSet<>();

  /** Those whose client has left. */
  private final Set<LeftStream> left = new HashSet<>();

  private boolean closing;

  StreamWatches(EventLoop loop, GatewayServer.Services services) {
    this.loop = loop;
    this.services = services;
  }

  /**
   * Watches until the exchange has ended.
   *
   * @param standing null: the stream ends with its answer, or is one that another client opened
   */
  void watch(
      Exchange exchange,
      Backend backend,
      Presence presence,
      EventRelay relay,
      @Nullable StandingStream standing) {
    if (exchange.isOver()) {
      return;
    }
    StreamWatch watch =
        new StreamWatch(loop, services, exchange, backend, presence, relay, standing);
    loop.ticker().add(watch);
    watches.add(watch);
    services.listener().streamBegun(exchange.era());
    exchange.hold(
        () -> {
          loop.ticker().remove(watch);
          watches.remove(watch);
          watch.close();
          services.listener().streamEnded(exchange.era());
        });
    watch.begin();
    if (closing) {
      watch.endForClose();
    }
  }

  /**
   * Watches a stream whose client has left, until its end.
   *
   * @param backend of the session whose backends feed it
   */
  void watchLeft(StandingStream standing, StreamRequest request, Backend backend) {
    LeftStream stream = new LeftStream(loop, services, standing, request, backend.session());
    loop.ticker().add(stream);
    left.add(stream);
    standing.hold(
        () -> {
          loop.ticker().remove(stream);
          left.remove(stream);
          stream.close();
        });
    stream.begin();
    if (closing) {
      stream.end();
    }
  }

  /**
   * Ends all streams that have no end of their own, so that clients come back in a second. So does
   * each that still begins.
   */
  void close() {
    closing = true;
    List.copyOf(watches).forEach(StreamWatch::endForClose);
    List.copyOf(left).forEach(LeftStream::end);
  }
}
