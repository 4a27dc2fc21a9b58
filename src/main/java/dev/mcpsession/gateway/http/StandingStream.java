package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.proxy.EventSource;
import dev.mcpsession.gateway.route.DrainEnd;
import dev.mcpsession.gateway.route.StandingDecision;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.ListenEvents;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import dev.mcpsession.retry.ExponentialBackoff;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream without an end of its own: the GET stream of a connection, or subscriptions/
 * listen. It outlives its backends: at a promotion it is opened at the new one, and the old one is
 * read on until its end. While no backend serves the client waits, and nothing is woken for it. To
 * be used on its event loop.
 */
final class StandingStream implements EventRelay.Owner, Ticker.Ticked {
  /** How soon it is known that a backend which ends its streams does so because it goes. */
  private static final Duration NOTICE = Duration.ofSeconds(2);

  private static final ExponentialBackoff PAUSES =
      new ExponentialBackoff(Duration.ofMillis(500), Duration.ofSeconds(10));

  /** Of one backend in a row; after that it is taken to have no such stream. */
  private static final int MOST_REFUSALS = 6;

  /** Makes what becomes of a backend's events. */
  interface Events {
    /**
     * Of one backend.
     *
     * @param first whether nothing was on the stream before
     * @param acknowledged is run once the backend has begun to send events, if it says so
     */
    StreamEvents of(Exchange exchange, Backend backend, boolean first, Runnable acknowledged);
  }

  private static final class Feed {
    private final Backend backend;
    private final StreamEvents events;
    private DrainEnd drain;
    private @Nullable EventSource source;

    Feed(Backend backend, StreamEvents events) {
      this.backend = backend;
      this.events = events;
      this.drain = DrainEnd.none(backend.revision());
    }

    int revision() {
      return backend.revision();
    }
  }

  private final Exchange exchange;
  private final EventRelay relay;
  private final StreamOpening opening;
  private final Events events;
  private final InstantSource clock;
  private final Buffer body;
  private final List<Feed> feeds = new ArrayList<>(2);
  private @Nullable Backend serving;
  private @Nullable Feed endedWell;
  private OptionalInt without = OptionalInt.empty();
  private boolean isOpening;
  private int failures;
  private int refusals;
  private long notBefore = System.nanoTime();

  /**
   * @param body of the client's request, which is sent again; empty for GET
   */
  StandingStream(
      Exchange exchange,
      EventRelay relay,
      StreamOpening opening,
      Events events,
      InstantSource clock,
      Buffer body) {
    this.exchange = exchange;
    this.relay = relay;
    this.opening = opening;
    this.events = events;
    this.clock = clock;
    this.body = body;
  }

  /** Begins with the first backend. */
  void begin(Backend backend, BackendAnswer answer, Buffer read) {
    relay.outlivesBackends(this);
    serving = backend;
    feed(backend, answer, read, true);
    opening.openBefore(exchange, backend, this::feedFromBefore);
  }

  private void feedFromBefore(Backend backend, BackendAnswer answer) {
    if (exchange.isOver()) {
      answer.cancel();
    } else {
      feed(backend, answer, Buffer.buffer(), false);
      if (serving != null) {
        serves(serving); // when its drain ends
      }
    }
  }

  private void feed(Backend backend, BackendAnswer answer, Buffer read, boolean first) {
    List<Feed> before = List.copyOf(feeds);
    Feed feed =
        new Feed(backend, events.of(exchange, backend, first, () -> before.forEach(this::close)));
    feeds.add(feed);
    feed.source =
        first ? relay.begin(answer, feed.events, read) : relay.alsoFrom(answer, feed.events, read);
  }

  /** This backend serves now. */
  void serves(Backend backend) {
    if (serving == null || serving.revision() != backend.revision()) {
      failures = 0;
      refusals = 0;
      notBefore = System.nanoTime();
    }
    serving = backend;
    for (Feed feed : feeds) {
      feed.drain = feed.drain.serves(backend.revision(), backend.servingSince(), backend.drain());
    }
    step(System.nanoTime());
  }

  /** None serves for now. */
  void notServing() {
    serving = null;
  }

  @Override
  public void ended(EventSource source, boolean broken) {
    Feed feed = feeds.stream().filter(it -> it.events == source.events()).findAny().orElse(null);
    if (feed == null) {
      return;
    }
    feeds.remove(feed);
    if (newest().isEmpty()) {
      endedWell = broken ? null : feed;
      notBefore = System.nanoTime() + (broken ? PAUSES.first() : NOTICE).toNanos();
    }
  }

  @Override
  public void tick(long nanos) {
    for (Feed feed : List.copyOf(feeds)) {
      if (feed.drain.isOver(clock.instant())) {
        close(feed);
      }
    }
    step(nanos);
  }

  private void close(Feed feed) {
    if (feeds.remove(feed) && feed.source != null) {
      feed.source.close();
    }
  }

  private OptionalInt newest() {
    return feeds.stream().mapToInt(Feed::revision).max();
  }

  private void step(long nanos) {
    Backend to = serving;
    if (to == null || isOpening || exchange.isOver()) {
      return;
    }
    StandingDecision decision =
        StandingDecision.of(
            OptionalInt.of(to.revision()),
            newest(),
            without,
            endedWell == null ? OptionalInt.empty() : OptionalInt.of(endedWell.revision()));
    boolean due = nanos - notBefore >= 0;
    switch (decision) {
      case STAY -> {}
      case OPEN -> {
        if (due || endedWell != null) {
          endedWell = null;
          open(to);
        }
      }
      case END_AS_BACKEND -> {
        if (due && endedWell != null) {
          relay.endHere(
              endedWell.events instanceof ListenEvents listen ? listen.result() : Buffer.buffer(),
              true);
        }
      }
      case END -> end("The MCP server that serves now has no such stream.", true);
    }
  }

  private void open(Backend to) {
    isOpening = true;
    opening.open(
        exchange,
        body,
        to,
        result -> {
          isOpening = false;
          opened(to, result);
        });
  }

  private void opened(Backend backend, StreamOpening.Result result) {
    long now = System.nanoTime();
    switch (result) {
      case StreamOpening.Result.Opened(var answer) when exchange.isOver() -> answer.cancel();
      case StreamOpening.Result.Opened(var answer) -> {
        failures = 0;
        refusals = 0;
        feed(backend, answer, Buffer.buffer(), false);
        if (serving != null) {
          serves(serving); // when the drain of what feeds it ends
        }
      }
      case StreamOpening.Result.None none -> {
        without = OptionalInt.of(backend.revision());
        step(now);
      }
      case StreamOpening.Result.Ended ended -> end("The session has ended.", false);
      case StreamOpening.Result.Failed(var heard) -> {
        notBefore = now + PAUSES.delay(++failures).toNanos();
        refusals = heard ? refusals + 1 : 0;
        if (refusals >= MOST_REFUSALS) {
          without = OptionalInt.of(backend.revision());
        }
      }
    }
  }

  /**
   * Ends it by the gateway's will. Whoever listens is told so.
   *
   * @param comeBack whether the client is asked to come back in a second
   */
  void end(String why, boolean comeBack) {
    relay.endHere(
        exchange.isPost()
            ? exchange
                .message()
                .id()
                .map(id -> ServerSentEvents.endOfSubscription(id, why))
                .orElse(Buffer.buffer())
            : comeBack ? ServerSentEvents.RETRY_SOON : Buffer.buffer(),
        true);
  }
}
