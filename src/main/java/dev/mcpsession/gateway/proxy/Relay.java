package dev.mcpsession.gateway.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

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

  /**
   * The client is gone.
   *
   * @param cancel whether the backend's request ends with it; otherwise it goes on
   */
  public void clientGone(boolean cancel) {
    finish(End.CLIENT_GONE, () -> release(cancel));
  }

  /** What becomes of the backend's answer if nothing more goes to the client. */
  abstract void release(boolean cancel);

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

  /** Completes when it has left. */
  Future<Void> write(Buffer chunk) {
    if (chunk.length() == 0) {
      return Future.succeededFuture();
    }
    bytes += chunk.length();
    return client.write(chunk);
  }

  void writeLast(Buffer chunk) {
    bytes += chunk.length();
    client.end(chunk);
  }
}
