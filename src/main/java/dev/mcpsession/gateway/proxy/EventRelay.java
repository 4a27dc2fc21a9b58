package dev.mcpsession.gateway.proxy;

import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.stream.Lag;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import dev.mcpsession.gateway.stream.StreamEvents.WhenClientLeaves;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's stream of server-sent events, which one backend's stream feeds, or several, one event
 * after the other; between them the gateway puts some of its own. Whoever waits for an answer on it
 * gets one: if the backend breaks off, a JSON-RPC error.
 */
public final class EventRelay extends Relay {
  /** What is said of a backend that did so. */
  public static final String BROKEN_OFF =
      "The MCP server broke off before it had answered. What it did of this request is not known.";

  /** Whoever keeps a client's stream open beyond the end of the backends' that feed it. */
  @FunctionalInterface
  public interface Owner {
    /**
     * A backend's stream has ended.
     *
     * @param broken whether it broke off
     */
    void ended(EventSource source, boolean broken);
  }

  /** Whole events that wait until another one, which goes out in parts, has ended. */
  private record Waiting(
      @Nullable EventSource source, Buffer events, int count, boolean midEvent) {}

  private final Optional<String> requestId;
  private final List<EventSource> sources = new ArrayList<>(1);
  private final Deque<Waiting> waiting = new ArrayDeque<>(0);
  private final List<Runnable> whenDrained = new ArrayList<>(0);
  private final Lag lag = new Lag();
  private @Nullable Owner owner;
  private @Nullable Consumer<Lag.Change> lagListener;

  /** Part of whose event has gone out. */
  private @Nullable EventSource midEvent;

  private boolean full;

  /** Whether it was so at the last heartbeat, and has been since. */
  private boolean wasFull;

  /**
   * @param requestId of the request that the stream answers, as JSON; empty: it answers none
   */
  public EventRelay(HttpServerResponse client, Optional<String> requestId) {
    super(client);
    this.requestId = requestId;
  }

  /**
   * From now on the stream goes on when a backend's ends, until {@link #endHere}. Without that it
   * ends with the one that feeds it.
   *
   * @param owner is told of each backend's end, also if that comes at once, or after the client has
   *     left
   */
  public void outlivesBackends(Owner owner) {
    this.owner = owner;
  }

  /** Is told when the client falls behind, and when it has caught up or the stream has ended. */
  public void tellOfLag(Consumer<Lag.Change> listener) {
    lagListener = listener;
    end().onComplete(how -> tell(lag.end()));
  }

  /**
   * Begins with the events of this backend.
   *
   * @param read the beginning of the body
   */
  public EventSource begin(BackendAnswer answer, StreamEvents events, Buffer read) {
    EventSource source = new EventSource(answer, events, this);
    if (isFinished()) {
      source.close();
    } else {
      sources.add(source);
      source.begin(read);
    }
    return source;
  }

  /**
   * The events of another backend go to the client as well. The stream has to have an owner.
   *
   * @param read the beginning of the body
   */
  public EventSource alsoFrom(BackendAnswer answer, StreamEvents events, Buffer read) {
    if (owner == null) {
      throw new IllegalStateException("the stream ends with the first backend's");
    }
    return begin(answer, events, read);
  }

  /**
   * Puts whole events on the stream that come from no backend.
   *
   * @param count how many they are
   * @return whether the client keeps up; if not, more should wait for {@link #whenDrained}
   */
  public boolean append(Buffer events, int count) {
    if (!isFinished()) {
      deliver(null, events, count);
    }
    return !full;
  }

  /** Is run once the client keeps up again, or at once; never after the end of the stream. */
  public void whenDrained(Runnable action) {
    if (full) {
      whenDrained.add(action);
    } else if (!isFinished()) {
      action.run();
    }
  }

  /** Writes a comment, unless an event is under way or the client does not keep up. */
  public void heartbeat() {
    if (full && wasFull && !isFinished()) {
      tell(lag.stalled());
    }
    wasFull = full;
    if (!isFinished() && midEvent == null && !client.writeQueueFull()) {
      write(ServerSentEvents.COMMENT);
    }
  }

  /**
   * Ends the stream, with an event of the gateway's own, or an empty buffer.
   *
   * @param cancel whether the backends' requests end with it
   */
  public void endHere(Buffer lastEvent, boolean cancel) {
    finish(
        End.ENDED_HERE,
        () -> {
          writeLast(closing(lastEvent));
          release(cancel);
        });
  }

  /** Ends the stream as if the client had left without cancelling its request by that. */
  public void leave() {
    endHere(Buffer.buffer(), false);
  }

  /** Whether every backend that feeds the stream keeps the rest for a client that comes back. */
  public boolean isResumable() {
    return !sources.isEmpty()
        && sources.stream()
            .allMatch(source -> source.events().whenClientLeaves() == WhenClientLeaves.CLOSE);
  }

  /** Ends the stream with an error for the request that it answers, if that has no answer yet. */
  public void endWithError(int code, String message, boolean cancel) {
    endHere(
        requestId
            .filter(id -> !isAnswered())
            .map(id -> ServerSentEvents.error(requestId, code, message))
            .orElse(Buffer.buffer()),
        cancel);
  }

  private boolean isAnswered() {
    return sources.stream().anyMatch(source -> source.events().isAnswered());
  }

  void received(EventSource source, Buffer events, int count) {
    if (!isFinished()) {
      deliver(source, events, count);
    }
  }

  private void deliver(@Nullable EventSource source, Buffer events, int count) {
    Waiting next = new Waiting(source, events, count, source != null && source.isMidEvent());
    if (!isNext(next)) {
      waiting.add(next);
      if (source != null) {
        source.pause();
      }
      return;
    }
    write(next);
    if (!waiting.isEmpty()) {
      passWaiting();
    }
    if (!full && client.writeQueueFull()) {
      full = true;
      sources.forEach(EventSource::pause);
      client.drainHandler(drained -> drained());
    }
  }

  private void tell(Lag.Change change) {
    if (change != Lag.Change.NONE && lagListener != null) {
      lagListener.accept(change);
    }
  }

  private boolean isNext(Waiting it) {
    return midEvent == null || midEvent == it.source();
  }

  private void write(Waiting it) {
    Future<Void> written = write(it.events());
    if (lagListener != null && it.count() > 0) {
      tell(lag.written(it.count()));
      written.onComplete(done -> tell(lag.flushed(it.count())));
    }
    midEvent = it.midEvent() ? it.source() : null;
  }

  /** In the order in which they came, but for those that continue an event. */
  private void passWaiting() {
    Optional<Waiting> next = waiting.stream().filter(this::isNext).findFirst();
    while (next.isPresent()) {
      waiting.remove(next.get());
      write(next.get());
      next = waiting.stream().filter(this::isNext).findFirst();
    }
    resume();
  }

  private void drained() {
    full = false;
    wasFull = false;
    if (!isFinished()) {
      resume();
      List<Runnable> actions = List.copyOf(whenDrained);
      whenDrained.clear();
      actions.forEach(Runnable::run);
    }
  }

  private void resume() {
    if (!full) {
      sources.stream()
          .filter(source -> waiting.stream().noneMatch(it -> it.source() == source))
          .toList()
          .forEach(EventSource::resume);
    }
  }

  /** The last that comes of a source: its rest is an event that is not whole. */
  void ended(EventSource source, Buffer rest, boolean broken) {
    sources.remove(source);
    if (isFinished()) {
      return;
    }
    if (owner == null) {
      finish(
          broken ? End.BROKEN : End.COMPLETE, () -> writeLast(broken ? lastWords(source) : rest));
    } else {
      cut(source);
      owner.ended(source, broken);
    }
  }

  private Buffer lastWords(EventSource source) {
    return closing(
        requestId.isEmpty() || source.events().isAnswered()
            ? Buffer.buffer()
            : ServerSentEvents.error(requestId, Refusal.INTERNAL_ERROR, BROKEN_OFF));
  }

  /** Nothing more comes of a source: an event of it that is not whole must not go on. */
  void forget(EventSource source) {
    sources.remove(source);
    if (!isFinished()) {
      cut(source);
    }
  }

  private void cut(EventSource source) {
    Buffer endOfEvent = source.endOfEvent();
    if (endOfEvent.length() > 0) {
      deliver(source, endOfEvent, 1);
    }
  }

  /** An event that was cut off ends here, so that the next one is read as one. */
  private Buffer closing(Buffer event) {
    return midEvent == null ? event : ServerSentEvents.END_OF_EVENT.copy().appendBuffer(event);
  }

  @Override
  void release(boolean cancel) {
    List<EventSource> left = List.copyOf(sources);
    sources.clear();
    waiting.clear();
    whenDrained.clear();
    left.forEach(
        source -> {
          if (cancel) {
            source.close();
          } else {
            source.clientLeft(owner);
          }
        });
  }
}
