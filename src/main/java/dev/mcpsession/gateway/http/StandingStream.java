package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.proxy.EventSource;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.StandingEvents;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.BackendEventId;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream without an end of its own: the GET stream of a connection, or subscriptions/
 * listen. It outlives its backends: at a promotion it is opened at the new one, and the old one is
 * read on until its end. While no backend serves the client waits, and nothing is woken for it. A
 * GET stream that has something in its buffer outlives its client as well. To be used on its event
 * loop.
 */
final class StandingStream implements EventRelay.Owner, StandingEvents.Place, Ticker.Ticked {
  /** Makes what becomes of a backend's events. */
  interface Events {
    /**
     * Of one session of a backend.
     *
     * @param first whether nothing was on the stream before
     * @param acknowledged is run once the backend has begun to send events, if it says so
     */
    StreamEvents of(
        StandingStream stream, Incarnation session, boolean first, Runnable acknowledged);
  }

  private final StreamRequest request;
  private final @Nullable StandingBuffer buffer;
  private final StreamOpening opening;
  private final Events events;
  private final InstantSource clock;
  private final Consumer<StandingStream> whenLeft;
  private final Reopening reopening = new Reopening();
  private final Feeds feeds = new Feeds();
  private final List<Runnable> held = new ArrayList<>(3);
  private boolean begun;
  private boolean isOpening;
  private boolean over;

  /** Null once the client that opened it has left. */
  private @Nullable EventRelay relay;

  /**
   * Begins with {@link #begin}.
   *
   * @param relay to the client that opens it
   * @param buffer null: it ends when that client leaves
   * @param whenLeft is told once if it goes on without that client
   */
  StandingStream(
      StreamRequest request,
      EventRelay relay,
      @Nullable StandingBuffer buffer,
      StreamOpening opening,
      Events events,
      InstantSource clock,
      Consumer<StandingStream> whenLeft) {
    this.request = request;
    this.relay = relay;
    this.buffer = buffer;
    this.opening = opening;
    this.events = events;
    this.clock = clock;
    this.whenLeft = whenLeft;
  }

  /** Is run at its end. */
  void hold(Runnable release) {
    if (over) {
      release.run();
    } else {
      held.add(release);
    }
  }

  /** Begins with the first backend. */
  void begin(Backend backend, Incarnation session, BackendAnswer answer, Buffer read) {
    EventRelay client = Objects.requireNonNull(relay);
    client.outlivesBackends(this);
    client.end().onComplete(how -> clientLeft());
    reopening.serves(backend, System.nanoTime());
    feed(backend, session, answer, read, request.lastEventId(session));
    opening.openBefore(request, backend, this::feedFromBefore);
  }

  private void feedFromBefore(Backend backend, StreamOpening.Result.Opened opened) {
    feed(
        backend,
        opened.session(),
        opened.answer(),
        Buffer.buffer(),
        request.lastEventId(opened.session()));
    reopening.serving().ifPresent(this::serves); // when its drain ends
  }

  /**
   * @param after the event that it was to go on after
   */
  private void feed(
      Backend backend,
      Incarnation session,
      BackendAnswer answer,
      Buffer read,
      Optional<String> after) {
    if (over) {
      answer.cancel();
      return;
    }
    List<Feed> before = feeds.now();
    boolean first = !begun;
    begun = true;
    Feed feed =
        new Feed(
            backend,
            session,
            events.of(this, session, first, () -> before.forEach(feeds::close)),
            after);
    feeds.add(feed);
    feed.begun(
        relay == null
            ? EventSource.withoutClient(answer, feed.events(), this)
            : relay.alsoFrom(answer, feed.events(), read));
  }

  /** This backend serves now. */
  void serves(Backend backend) {
    reopening.serves(backend, System.nanoTime());
    feeds.serves(backend);
    step(System.nanoTime());
  }

  /** None serves for now. */
  void notServing() {
    reopening.notServing();
  }

  @Override
  public void ended(EventSource source, boolean broken) {
    Optional<Feed> feed = feeds.ended(source.events());
    if (feed.isPresent() && isNewest(feed.get())) {
      reopening.ended(feed.get(), broken, System.nanoTime());
    }
  }

  private boolean isNewest(Feed ended) {
    OptionalInt newest = feeds.newest();
    return newest.isEmpty() || newest.getAsInt() < ended.revision();
  }

  @Override
  public void tick(long nanos) {
    feeds.closeDrained(clock.instant());
    step(nanos);
  }

  private void step(long nanos) {
    if (isOpening || over) {
      return;
    }
    switch (reopening.decide(feeds.newest(), nanos)) {
      case STAY -> {}
      case OPEN -> open(reopening.serving().orElseThrow());
      case END_AS_BACKEND ->
          endBehindRest(reopening.ended().map(Feed::result).orElse(Buffer.buffer()));
      case END ->
          endBehindRest(
              request.lastWords("The MCP server that serves now has no such stream.", true));
    }
  }

  private void open(Backend to) {
    isOpening = true;
    Optional<BackendEventId> after = reopening.opens(to);
    opening.open(
        request,
        to,
        after,
        result -> {
          isOpening = false;
          opened(to, after, result);
        });
  }

  private void opened(
      Backend backend, Optional<BackendEventId> after, StreamOpening.Result result) {
    long now = System.nanoTime();
    switch (result) {
      case StreamOpening.Result.Opened(var answer, var session) -> {
        reopening.opened();
        feed(backend, session, answer, Buffer.buffer(), after.flatMap(it -> it.in(session)));
        reopening.serving().ifPresent(this::serves); // when the drain of what feeds it ends
      }
      case StreamOpening.Result.None none -> {
        reopening.isWithout(backend);
        step(now);
      }
      case StreamOpening.Result.Ended gone -> end("The session has ended.", false);
      case StreamOpening.Result.Failed(var heard) -> reopening.failed(backend, heard, now);
    }
  }

  @Override
  public BufferedStream kept() {
    return Objects.requireNonNull(buffer).stream();
  }

  @Override
  public boolean hasClient() {
    return relay != null;
  }

  /** If the backend keeps its events itself, it is asked for them when the client comes back. */
  @Override
  public boolean goesOn() {
    return !over && buffer != null && buffer.isBegun() && !feeds.isNewestWithBackend();
  }

  /** The client that opened it has left, for whatever reason. */
  private void clientLeft() {
    if (over) {
      return;
    }
    if (goesOn()) {
      relay = null;
      Objects.requireNonNull(buffer).clientLeft();
      feeds.leaveToBackends();
      whenLeft.accept(this);
    } else {
      finish(Buffer.buffer());
    }
  }

  /** How long nobody has read it since its client has left. */
  Duration unreadFor() {
    return buffer == null ? Duration.ZERO : buffer.unreadFor();
  }

  /**
   * Ends it by the gateway's will. Whoever listens is told so.
   *
   * @param comeBack whether the client is asked to come back in a second
   */
  void end(String why, boolean comeBack) {
    boolean before = over;
    over = true;
    Buffer last = request.lastWords(why, comeBack);
    if (relay != null) {
      relay.endHere(last, true); // it may wait for the rest still
    }
    if (!before) {
      finish(last);
    }
  }

  /** Another stream takes the place of this one, or its connection has ended. */
  void replaced() {
    end("This stream was opened again, or its session ended.", false);
  }

  /** Ends it for the client that opened it, which may come back for the rest with a new token. */
  void endForClient(String why) {
    if (goesOn() && relay != null) {
      relay.leave();
    } else {
      end(why, false);
    }
  }

  /** Ends it once the client that opened it has what is kept. */
  private void endBehindRest(Buffer last) {
    over = true;
    if (relay != null && (buffer == null || !buffer.isBegun())) {
      relay.endHere(last, true);
    }
    finish(last);
  }

  private void finish(Buffer last) {
    over = true;
    feeds.closeAll();
    if (buffer != null) {
      buffer.end(last);
    }
    held.forEach(Runnable::run);
    held.clear();
  }
}
