package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A stream on its way from a replica to a client. */
final class ModelRelay {
  private final ModelGateway gateway;
  private final ModelRequest request;
  private final Channel channel;
  private boolean finished;

  ModelRelay(ModelGateway gateway, ModelRequest request) {
    this.gateway = gateway;
    this.request = request;
    this.channel = new Channel(gateway.timeline);
  }

  /** Whether nothing goes to this client any more. */
  boolean isOver() {
    return finished || request.isOver() || gateway.isDead();
  }

  void write(String text) {
    if (!isOver() && !text.isEmpty()) {
      channel.send(() -> request.event(text));
    }
  }

  void end() {
    end(200);
  }

  /** The client has come back for it on another connection. */
  void leave() {
    end(0);
  }

  private void end(int status) {
    if (!isOver()) {
      finished = true;
      channel.send(() -> request.end(status, "", ""));
    }
  }

  /** It cannot be answered any more. */
  void endWithError(String rpcId) {
    write(error(rpcId));
    end();
  }

  static String error(String rpcId) {
    return ServerSentEvents.error(Optional.of(rpcId), Refusal.INTERNAL_ERROR, "lost")
        .toString(StandardCharsets.UTF_8);
  }
}
