package dev.mcpsession.gateway.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Passes the body of a backend's answer to a client, no faster than the client reads: a backend
 * whose client reads slowly is not read either. To be used on one event loop.
 */
public abstract sealed class Relay permits BodyRelay, EventRelay {
  /** How a relay ended. */
  public enum End {
    /** The backend's answer is complete. */
    COMPLETE,
    /** The backend broke off. */
    BROKEN,
    /** The client left before the end. */
    CLIENT_GONE,
    /** The gateway ended it. */
    ENDED_HERE
  }

  final HttpServerResponse client;
  private final Promise<End> end = Promise.promise();
  private @Nullable BackendAnswer backend;
  private boolean finished;
  private long bytes;

  Relay(HttpServerResponse client) {
    this.client = client;
  }

  /** Completes once, when nothing more goes to the client. */
  public Future<End> end() {
    return end.future();
  }

  /** Bytes of the body that went to the client. */
  public long bytes() {
    return bytes;
  }

  /** Begins with the body. The head of the client's answer must have been set or sent. */
  public void begin(BackendAnswer answer) {
    if (finished) {
      answer.cancel();
      return;
    }
    backend = answer;
    if (answer.isRead()) {
      finish(End.COMPLETE, this::complete);
      return;
    }
    HttpClientResponse source = answer.response();
    source.exceptionHandler(e -> finish(End.BROKEN, this::broken));
    source.endHandler(done -> finish(End.COMPLETE, this::complete));
    source.handler(chunk -> pass(source, chunk));
    source.resume();
  }

  private void pass(HttpClientResponse source, Buffer chunk) {
    if (finished) {
      return;
    }
    pass(chunk);
    if (!finished && client.writeQueueFull()) {
      source.pause();
      client.drainHandler(drained -> source.resume());
    }
  }

  /**
   * The client is gone.
   *
   * @param cancel whether the backend's request ends with it; otherwise it goes on, and its answer
   *     is read and forgotten
   */
  public void clientGone(boolean cancel) {
    finish(End.CLIENT_GONE, () -> release(cancel));
  }

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

  /** The first end counts. */
  void finish(End how, Runnable last) {
    if (!finished) {
      finished = true;
      last.run();
      end.complete(how);
    }
  }

  boolean isFinished() {
    return finished;
  }

  void write(Buffer chunk) {
    if (chunk.length() > 0) {
      bytes += chunk.length();
      client.write(chunk);
    }
  }

  void writeLast(Buffer chunk) {
    bytes += chunk.length();
    client.end(chunk);
  }

  abstract void pass(Buffer chunk);

  abstract void complete();

  abstract void broken();
}
