package dev.mcpsession.gateway.proxy;

import dev.mcpsession.gateway.stream.EventFramer;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;
import java.util.function.Predicate;

/** The answer of a backend. Paused until its body is asked for. */
public final class BackendAnswer {
  private final HttpClientResponse response;
  private boolean read;

  BackendAnswer(HttpClientResponse response) {
    this.response = response;
    response.pause();
  }

  /** From 200 to 599. */
  public int status() {
    return response.statusCode();
  }

  /** All of them; what may pass on is up to {@link PassedHeaders}. */
  public MultiMap headers() {
    return response.headers();
  }

  /** The MCP session id that the backend gave. */
  public Optional<String> sessionId() {
    return Optional.ofNullable(response.getHeader("Mcp-Session-Id"));
  }

  /** Whether the body is a stream of events that can be read, so not compressed. */
  public boolean isEventStream() {
    String type = response.getHeader("Content-Type");
    return type != null
        && ServerSentEvents.isMediaType(type)
        && response.getHeader("Content-Encoding") == null;
  }

  /**
   * The whole body. Fails if it is longer than this, or breaks off; the connection is closed then.
   */
  public Future<Buffer> body(int limit) {
    Promise<Buffer> whole = Promise.promise();
    Buffer all = Buffer.buffer();
    response.exceptionHandler(e -> whole.tryFail(new BackendFailure(true, e)));
    response.endHandler(end -> whole.tryComplete(all));
    response.handler(
        chunk -> {
          if (all.length() + chunk.length() > limit) {
            whole.tryFail(tooLong(limit));
            cancel();
          } else {
            all.appendBuffer(chunk);
          }
        });
    response.resume();
    return whole.future();
  }

  /**
   * The beginning of a stream of events, until the condition holds of some of its whole events, or
   * all of it. What follows waits for whoever reads on. Fails as {@link #body} does.
   */
  Future<Buffer> events(Predicate<Buffer> enough, int limit) {
    Promise<Buffer> beginning = Promise.promise();
    EventFramer framer = new EventFramer();
    Buffer all = Buffer.buffer();
    Buffer[] events = {Buffer.buffer()}; // that were not tested yet
    response.exceptionHandler(e -> beginning.tryFail(new BackendFailure(true, e)));
    response.endHandler(
        end -> {
          read = true;
          beginning.tryComplete(all.appendBuffer(framer.rest()));
        });
    response.handler(
        chunk -> {
          Buffer ready = framer.feed(chunk);
          all.appendBuffer(ready);
          events[0].appendBuffer(ready);
          if (all.length() > limit) {
            beginning.tryFail(tooLong(limit));
            cancel();
          } else if (ready.length() > 0 && framer.betweenEvents()) {
            if (enough.test(events[0])) {
              response.pause();
              beginning.tryComplete(all.appendBuffer(framer.rest()));
            }
            events[0] = Buffer.buffer();
          }
        });
    response.resume();
    return beginning.future();
  }

  private static BackendFailure tooLong(int limit) {
    return new BackendFailure(true, new IllegalStateException("longer than " + limit + " bytes"));
  }

  /** Whether the body has ended already. */
  boolean isRead() {
    return read;
  }

  /** Reads the body to its end, and forgets it, so that the connection can be used again. */
  public void discard() {
    response.exceptionHandler(e -> {});
    response.endHandler(end -> {});
    response.handler(chunk -> {});
    response.resume();
  }

  /** Closes the connection to the backend. */
  public void cancel() {
    response.request().reset();
  }

  HttpClientResponse response() {
    return response;
  }
}
