package dev.mcpsession.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The clients' connections of an event loop: how many there are, and whether the head of a request
 * comes in time. To be used on that loop, but for the count, which is of all loops.
 */
final class ClientConnections {
  /** An idle connection is kept so long for another request, as nginx does. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(75);

  private static final byte[] TIMEOUT =
      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final EventLoop loop;
  private final ServerSettings.Limits limits;
  private final TrafficListener listener;
  private final AtomicInteger count;
  private final IdentityHashMap<HttpConnection, HeadTimer> timers = new IdentityHashMap<>();

  /**
   * @param count of the connections of all event loops
   */
  ClientConnections(
      EventLoop loop, ServerSettings.Limits limits, TrafficListener listener, AtomicInteger count) {
    this.loop = loop;
    this.limits = limits;
    this.listener = listener;
    this.count = count;
  }

  /** A client has connected. */
  void opened(HttpConnection connection) {
    if (count.incrementAndGet() > limits.connections()) {
      count.decrementAndGet();
      listener.rejected(Rejection.CONNECTIONS);
      connection.close();
      return;
    }
    HeadTimer timer = new HeadTimer();
    Acknowledgement.channel(connection).pipeline().addFirst(timer);
    timers.put(connection, timer);
    loop.ticker().add(timer);
    connection.exceptionHandler(
        e -> {}); // clients reset connections; Vert.x would log it as an error
    connection.closeHandler(
        closed -> {
          count.decrementAndGet();
          timers.remove(connection);
          loop.ticker().remove(timer);
        });
  }

  /** The head of a request is there. */
  void requested(HttpServerRequest request) {
    HeadTimer timer = timers.get(request.connection());
    if (timer != null) {
      timer.requested();
      request.response().endHandler(end -> timer.idle());
    }
  }

  /** Waits for the head of the next request of one connection. */
  private final class HeadTimer extends ChannelInboundHandlerAdapter implements Ticker.Ticked {
    private final long headTimeout = limits.headerTimeout().toNanos();
    private @Nullable ChannelHandlerContext channel;
    private boolean inRequest;

    /** Whether the client owes a head: it has just connected, or sent a part of one. */
    private boolean owing = true;

    private long since = System.nanoTime();

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      channel = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      if (!inRequest && !owing) {
        owing = true;
        since = System.nanoTime();
      }
      context.fireChannelRead(bytes);
    }

    void requested() {
      inRequest = true;
      owing = false;
    }

    void idle() {
      inRequest = false;
      owing = false;
      since = System.nanoTime();
    }

    @Override
    public void tick(long nanos) {
      if (inRequest || channel == null) {
        return;
      }
      long waited = nanos - since;
      if (owing && waited > headTimeout) {
        listener.rejected(Rejection.SLOW);
        inRequest = true; // there is nothing more to wait for
        channel
            .writeAndFlush(Unpooled.wrappedBuffer(TIMEOUT))
            .addListener(ChannelFutureListener.CLOSE);
      } else if (!owing && waited > KEEP_ALIVE.toNanos()) {
        var unused = channel.close();
      }
    }
  }
}
