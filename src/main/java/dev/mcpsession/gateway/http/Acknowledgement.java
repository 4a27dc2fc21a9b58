package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity.Presence;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a client's side acknowledges of its stream. A client that has acknowledged nothing of what
 * was sent for 30 s is gone: counted from its last acknowledgement, so it is found within 30 s
 * after its packets stopped. A stopped process whose kernel acknowledges is there. On other systems
 * than Linux nothing of this can be told, and a connection that is open counts. To be used on the
 * event loop of the connection.
 */
final class Acknowledgement {
  /** Milliseconds; with what a look comes late, it is within 30 s. */
  private static final long SILENCE = 29_000;

  private final Channel channel;
  private final Presence presence;
  private final EpollTcpInfo info = new EpollTcpInfo();
  private final long look;
  private long looked = System.nanoTime();
  private long pause;

  /**
   * @param heartbeat how often something is sent; it is looked thrice as often, since each look is
   *     a call of the operating system
   */
  Acknowledgement(HttpConnection connection, Presence presence, Duration heartbeat) {
    this.channel = channel(connection);
    this.presence = presence;
    this.look = heartbeat.dividedBy(3).toMillis();
    this.pause = look;
  }

  /** Tells of acknowledgements, and ends the connection if the client is gone. */
  void tick(long nanos) {
    long past = TimeUnit.NANOSECONDS.toMillis(nanos - looked);
    if (past < pause || !channel.isActive()) {
      return;
    }
    looked = nanos;
    if (channel instanceof EpollSocketChannel epoll) {
      epoll.tcpInfo(info);
      judge(info.lastAckRecv(), info.unacked() > 0, past);
    } else {
      presence.acknowledged(Duration.ZERO);
    }
  }

  /**
   * Judges what the kernel says.
   *
   * @param silent milliseconds since the last acknowledgement
   * @param owes whether something that was sent is not acknowledged
   * @param past milliseconds since the last look
   */
  private void judge(long silent, boolean owes, long past) {
    if (silent <= past) {
      presence.acknowledged(Duration.ofMillis(silent));
    }
    if (owes && silent >= SILENCE) {
      presence.lost();
      channel.config().setOption(ChannelOption.SO_LINGER, 0); // nobody would take the rest
      var unused = channel.pipeline().firstContext().close(); // past what waits to be written
    } else {
      pause = silent < SILENCE ? Math.min(look, SILENCE - silent) : 0;
    }
  }

  /** Vert.x shows it nowhere else. */
  static Channel channel(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }
}
