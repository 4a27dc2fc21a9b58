package dev.mcpsession.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The clients' connections of an event loop: how many there are, whether the head of a request
 * comes in time, and how they end with the process. To be used on that loop, but for the count,
 * which is of all loops.
 *
 * <p>Vert.x' own shutdown closes idle connections at once, and drops requests that come in on the
 * others: whoever just sends one there gets no answer. So it is kept from them here. Each answer
 * says {@code Connection: close} instead (RFC 9112, section 9.6), and a client that sends no more
 * loses nothing when its connection is closed.
 */
final class ClientConnections {
  /** An idle connection is kept so long for another request, as nginx does. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(75);

  /**
   * And so long once the process ends: longer than clients commonly keep one, of whom a request may
   * be on its way until then.
   */
  private static final Duration LAST_KEEP_ALIVE = Duration.ofSeconds(30);

  /** Longer than anything lasts: an answer is never cut off by this. */
  private static final long HOURS_OF_AN_ANSWER = 24;

  private static final byte[] TIMEOUT =
      "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final EventLoop loop;
  private final ServerSettings.Limits limits;
  private final TrafficListener listener;
  private final AtomicInteger count;
  private final IdentityHashMap<HttpConnection, HeadTimer> timers = new IdentityHashMap<>();
  private boolean leaving;
  private @Nullable Channel acceptor;

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
    Channel channel = Acknowledgement.channel(connection);
    channel.pipeline().addFirst(timer);
    acceptor = channel.parent();
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
    request.response().headersEndHandler(head -> closeAfter(request));
  }

  /** The head of the answer is about to be written. */
  private void closeAfter(HttpServerRequest request) {
    if (leaving) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      request.connection().shutdown(HOURS_OF_AN_ANSWER, TimeUnit.HOURS);
    }
  }

  /** From now on every answer is the last one on its connection. */
  void leave() {
    leaving = true;
  }

  /**
   * Has the operating system refuse new connections, on all event loops. Vert.x would take some of
   * them still while its servers shut down one after the other, and close them. Nothing happens if
   * nobody has ever connected.
   *
   * @return completes when those that were taken have been given to their event loops
   */
  Future<Void> refuse() {
    Promise<Void> refused = Promise.promise();
    if (acceptor == null) {
      refused.complete();
    } else {
      acceptor.close().addListener(done -> refused.complete());
    }
    return refused.future();
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

    /** The server's shutdown stays away from the connection, until it closes what is left. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (!(event instanceof ShutdownEvent)) {
        context.fireUserEventTriggered(event);
      }
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
      } else if (!owing && waited > (leaving ? LAST_KEEP_ALIVE : KEEP_ALIVE).toNanos()) {
        var unused = channel.close();
      }
    }
  }
}
