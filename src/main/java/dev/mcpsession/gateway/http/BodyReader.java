package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.route.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Reads the bodies of requests, up to their limit, and not more slowly than allowed. */
final class BodyReader {
  private final EventLoop loop;
  private final ServerSettings.Limits limits;
  private final int longest;
  private final TrafficListener listener;

  /**
   * @param longest body, in bytes
   */
  BodyReader(EventLoop loop, ServerSettings.Limits limits, int longest, TrafficListener listener) {
    this.loop = loop;
    this.limits = limits;
    this.longest = longest;
    this.listener = listener;
  }

  /**
   * Refuses a request that says itself that its body is too long, before anything of it is read.
   */
  boolean admits(Exchange exchange) {
    String length = exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null || (length.length() < 10 && Integer.parseInt(length) <= longest)) {
      return true;
    }
    tooLong(exchange);
    return false;
  }

  private void tooLong(Exchange exchange) {
    cutOff(exchange, Rejection.BODY, Refusal.bodyTooLarge(longest));
  }

  /** Answers, and closes the connection, since what is left of the body is not read. */
  private void cutOff(Exchange exchange, Rejection reason, Refusal refusal) {
    HttpServerRequest request = exchange.request();
    listener.rejected(reason);
    request.response().putHeader(HttpHeaders.CONNECTION, "close");
    exchange.leaveBody();
    exchange.refuse(refusal);
    loop.later(loop.pace().linger(), () -> request.connection().close());
  }

  /** Hands on the whole body; otherwise the request is refused, or its client has left. */
  void read(Exchange exchange, Consumer<Buffer> next) {
    HttpServerRequest request = exchange.request();
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      exchange.response().writeContinue();
    }
    Reading reading = new Reading(exchange);
    request.handler(reading::chunk);
    request.endHandler(
        end -> {
          if (reading.finish()) {
            next.accept(reading.body);
          }
        });
    request.resume();
    if (!reading.finished) {
      loop.ticker().add(reading);
      exchange.hold(reading::finish);
    }
  }

  private final class Reading implements Ticker.Ticked {
    private final Exchange exchange;
    private final Buffer body = Buffer.buffer();
    private long last = System.nanoTime();
    private boolean finished;

    Reading(Exchange exchange) {
      this.exchange = exchange;
    }

    void chunk(Buffer chunk) {
      if (finished) {
        return;
      }
      if (body.length() + chunk.length() > longest) {
        exchange.request().pause();
        finish();
        tooLong(exchange);
        return;
      }
      body.appendBuffer(chunk);
      last = System.nanoTime();
    }

    boolean finish() {
      boolean first = !finished;
      finished = true;
      loop.ticker().remove(this);
      return first && !exchange.isOver();
    }

    @Override
    public void tick(long nanos) {
      if (nanos - last > limits.bodyTimeout().toNanos()) {
        finish();
        cutOff(
            exchange,
            Rejection.SLOW,
            new Refusal(408, Refusal.INVALID_REQUEST, "The body did not come in time."));
      }
    }
  }
}
