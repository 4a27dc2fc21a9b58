package dev.mcpsession.gateway.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/**
 * Linux' epoll as the transport of Vert.x, with {@code TCP_USER_TIMEOUT} on the connections that a
 * server accepts, and TCP keep-alive that asks early: so a client that acknowledges nothing any
 * more is seen to be gone within 30 s, also one to which nothing is sent. Vert.x 5.0.7 has {@link
 * NetServerOptions#setTcpUserTimeout} and sets it on a client's connections only (<a
 * href="https://github.com/eclipse-vertx/vert.x/issues/5912">issue 5912</a>).
 */
public final class NativeTransport implements Transport {
  private final EpollTransport implementation = new AcceptedWithUserTimeout();

  private NativeTransport() {}

  /**
   * Whether this machine has it: Linux, and Netty's library for its processor in the class path.
   */
  public static boolean isAvailable() {
    return Epoll.isAvailable();
  }

  /**
   * Makes a Vert.x on it where it is available, else on the JDK's: there a silent network is not
   * seen before the kernel gives up by itself, after about 15 minutes.
   */
  public static Vertx vertx(VertxOptions options) {
    return isAvailable()
        ? Vertx.builder().with(options).withTransport(new NativeTransport()).build()
        : Vertx.vertx(options);
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public boolean available() {
    return isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return Epoll.unavailabilityCause();
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return implementation;
  }

  /**
   * Seconds without a packet until the client's side is asked whether it is there. With a user
   * timeout the kernel gives up at the first probe after that timeout (tcp(7)).
   */
  private static final int KEEP_ALIVE_IDLE = 14;

  /** Seconds between two probes. */
  private static final int KEEP_ALIVE_INTERVAL = 5;

  /** Probes without an answer until the client is gone. */
  private static final int KEEP_ALIVE_PROBES = 3;

  private static final class AcceptedWithUserTimeout extends EpollTransport {
    @Override
    public void configure(
        NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
      if (!domainSocket) {
        bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, options.getTcpUserTimeout());
        if (options.isTcpKeepAlive()) {
          bootstrap
              .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_ALIVE_IDLE)
              .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL)
              .childOption(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_PROBES);
        }
      }
      super.configure(options, domainSocket, bootstrap);
    }
  }
}
