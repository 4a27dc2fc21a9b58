package dev.mcpsession.gateway.proxy;

import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;

/** The answer of a backend. Paused until its body is asked for. */
public final class BackendAnswer {
  private final HttpClientResponse response;

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
            whole.tryFail(
                new BackendFailure(
                    true, new IllegalStateException("longer than " + limit + " bytes")));
            cancel();
          } else {
            all.appendBuffer(chunk);
          }
        });
    response.resume();
    return whole.future();
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
