package dev.mcpsession.gateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** A body that is passed on as it is, such as JSON. If it breaks off, so does the client's. */
public final class BodyRelay extends Relay {
  private final Runnable cutOff;
  private @Nullable BackendAnswer backend;
  private long missing = -1;

  /**
   * @param cutOff closes the client's connection, so that a part of a body is not taken for all
   */
  public BodyRelay(HttpServerResponse client, Runnable cutOff) {
    super(client);
    this.cutOff = cutOff;
  }

  /** Begins with the body. The head of the client's answer must have been set. */
  public void begin(BackendAnswer answer) {
    String length = answer.headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      if (answer.status() != 204 && answer.status() != 304) {
        client.setChunked(true);
      }
    } else {
      client.putHeader(HttpHeaders.CONTENT_LENGTH, length);
      missing = Long.parseLong(length);
    }
    if (isFinished()) {
      answer.cancel();
      return;
    }
    backend = answer;
    HttpClientResponse source = answer.response();
    source.exceptionHandler(e -> finish(End.BROKEN, cutOff));
    source.endHandler(done -> finish(End.COMPLETE, client::end));
    source.handler(chunk -> received(source, chunk));
    source.resume();
  }

  private void received(HttpClientResponse source, Buffer chunk) {
    if (isFinished()) {
      return;
    }
    if (missing == chunk.length()) {
      finish(End.COMPLETE, () -> writeLast(chunk)); // one write for head and body
      return;
    }
    missing -= chunk.length();
    write(chunk);
    if (client.writeQueueFull()) {
      source.pause();
      client.drainHandler(drained -> source.resume());
    }
  }

  /** If it is not cancelled, it is read to its end and forgotten. */
  @Override
  void release(boolean cancel) {
    if (backend == null) {
      return;
    }
    if (cancel) {
      backend.cancel();
    } else {
      backend.discard();
    }
  }
}
