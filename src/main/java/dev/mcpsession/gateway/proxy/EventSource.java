package dev.mcpsession.gateway.proxy;

import dev.mcpsession.gateway.stream.ServerSentEvents;
import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The stream of one backend that feeds a client's. To be used on its event loop. */
public final class EventSource {
  private final BackendAnswer answer;
  private final StreamEvents events;
  private final Context context = Objects.requireNonNull(Vertx.currentContext());

  /** Null once nothing more goes to the client. */
  private @Nullable EventRelay relay;

  /** Is told of its end once nothing more goes to the client; null: nobody is. */
  private EventRelay.@Nullable Owner owner;

  private boolean ended;
  private boolean paused;
  private boolean midEvent;
  private long counted;

  EventSource(BackendAnswer answer, StreamEvents events, EventRelay relay) {
    this.answer = answer;
    this.events = events;
    this.relay = relay;
  }

  private EventSource(BackendAnswer answer, StreamEvents events, EventRelay.Owner owner) {
    this.answer = answer;
    this.events = events;
    this.owner = owner;
  }

  /**
   * Reads a backend's stream that has no client at the time: what its events make of it is all that
   * becomes of it.
   *
   * @param owner is told of its end, also if that comes at once
   */
  public static EventSource withoutClient(
      BackendAnswer answer, StreamEvents events, EventRelay.Owner owner) {
    EventSource source = new EventSource(answer, events, owner);
    source.begin(Buffer.buffer());
    return source;
  }

  /** What becomes of its events. */
  public StreamEvents events() {
    return events;
  }

  /** Closes the connection to the backend. Nothing more comes of it, and its owner is not told. */
  public void close() {
    if (relay != null) {
      relay.forget(this);
      relay = null;
    }
    owner = null;
    if (!ended) {
      answer.cancel();
      end(true);
    }
  }

  /** Begins with what has been read of the body already. */
  void begin(Buffer read) {
    received(read);
    if (answer.isRead()) {
      end(false);
      return;
    }
    HttpClientResponse source = answer.response();
    source.exceptionHandler(e -> end(true));
    source.endHandler(done -> end(false));
    source.handler(this::received);
    if (!paused) {
      source.resume();
    }
  }

  private void received(Buffer chunk) {
    if (ended) {
      return;
    }
    Buffer ready = events.pass(chunk);
    if (relay == null) {
      if (!events.mayReadOn(this::readOn)) {
        pause();
      }
    } else if (ready.length() > 0) {
      midEvent = !events.betweenEvents();
      long before = counted;
      counted = events.count();
      relay.received(this, ready, (int) (counted - before));
    }
  }

  /** Whoever reads what is kept of it has caught up; from any thread. */
  private void readOn() {
    context.runOnContext(ignored -> resume());
  }

  private void end(boolean broken) {
    if (ended) {
      return;
    }
    ended = true;
    Buffer rest = events.rest();
    events.ended(broken);
    if (relay != null) {
      relay.ended(this, rest, broken);
    } else if (owner != null) {
      owner.ended(this, broken);
    }
  }

  /** Whether the last that came of it is part of an event that goes on. */
  boolean isMidEvent() {
    return midEvent;
  }

  /** What ends such an event, so that the next one is read as one. */
  Buffer endOfEvent() {
    if (!midEvent) {
      return Buffer.buffer();
    }
    midEvent = false;
    return ServerSentEvents.END_OF_EVENT;
  }

  void pause() {
    paused = true;
    answer.response().pause();
  }

  void resume() {
    paused = false;
    answer.response().resume();
  }

  /**
   * The client has left, and may come back for the rest.
   *
   * @param told of its end, if it is read on; null: nobody is
   */
  void clientLeft(EventRelay.@Nullable Owner told) {
    switch (events.whenClientLeaves()) {
      case CLOSE -> close();
      case READ_ON -> {
        relay = null;
        owner = told;
        resume();
      }
      case FORGET -> {
        relay = null;
        end(true);
        answer.discard();
      }
    }
  }
}
