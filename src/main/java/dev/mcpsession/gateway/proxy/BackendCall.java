package dev.mcpsession.gateway.proxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import org.jspecify.annotations.Nullable;

/** A request to a backend, until the head of its answer is there. To be used on one event loop. */
public final class BackendCall {
  private final Promise<BackendAnswer> answer = Promise.promise();
  private final Promise<Void> over = Promise.promise();
  private @Nullable HttpClientRequest request;
  private boolean cancelled;

  BackendCall() {}

  /** The head of the answer; fails with a {@link BackendFailure}. */
  public Future<BackendAnswer> answer() {
    return answer.future();
  }

  /** Completes once nothing more comes of the backend, however it ended. */
  public Future<Void> over() {
    return over.future();
  }

  /** Closes the connection to the backend, wherever the call is; the answer fails or breaks off. */
  public void cancel() {
    cancelled = true;
    if (request != null) {
      request.reset();
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  void sent(HttpClientRequest sent) {
    request = sent;
  }

  void succeed(BackendAnswer head) {
    head.response().end().onComplete(end -> over.tryComplete());
    answer.tryComplete(head);
  }

  void fail(boolean sent, Throwable cause) {
    answer.tryFail(new BackendFailure(sent, cause));
    over.tryComplete();
  }
}
