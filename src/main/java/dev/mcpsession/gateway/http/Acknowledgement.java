package dev.mcpsession.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** Whether a client's side has acknowledged what was sent to it. */
final class Acknowledgement {
  private final HttpConnection connection;

  Acknowledgement(HttpConnection connection) {
    this.connection = connection;
  }

  /**
   * Whether every byte has been acknowledged. Elsewhere than on Linux it cannot be told, and a
   * connection that is open counts.
   */
  boolean isComplete() {
    Channel channel = channel(connection);
    if (channel instanceof EpollSocketChannel epoll && epoll.isActive()) {
      return epoll.tcpInfo().unacked() == 0;
    }
    return channel.isActive();
  }

  /** Vert.x shows it nowhere else. */
  static Channel channel(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }
}
