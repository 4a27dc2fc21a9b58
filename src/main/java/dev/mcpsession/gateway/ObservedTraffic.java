package dev.mcpsession.gateway;

import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.http.Rejection;
import dev.mcpsession.gateway.http.RequestRecord;
import dev.mcpsession.gateway.http.TrafficListener;
import dev.mcpsession.gateway.route.Era;
import java.time.Duration;

/** Tells of what passes to whoever counts it and to whoever writes it down. */
record ObservedTraffic(GatewayMetrics metrics, AccessLog accessLog) implements TrafficListener {
  @Override
  public void requestEnded(RequestRecord request) {
    metrics.requestEnded(request);
    accessLog.requestEnded(request);
  }

  @Override
  public void rejected(Rejection reason) {
    metrics.rejected(reason);
  }

  @Override
  public void tokenRejected(TokenDefect defect) {
    metrics.tokenRejected(defect);
  }

  @Override
  public void streamBegun(Era era) {
    metrics.streamBegun(era);
  }

  @Override
  public void streamEnded(Era era) {
    metrics.streamEnded(era);
  }

  @Override
  public void sessionWaited(String cause, Duration time) {
    metrics.sessionWaited(cause, time);
  }

  @Override
  public void rebound(String outcome) {
    metrics.rebound(outcome);
  }

  @Override
  public void resumed(String outcome) {
    metrics.resumed(outcome);
  }

  @Override
  public void buffered(long bytes) {
    metrics.buffered(bytes);
  }

  @Override
  public void slowClientBegun() {
    metrics.slowClientBegun();
  }

  @Override
  public void slowClientEnded() {
    metrics.slowClientEnded();
  }
}
