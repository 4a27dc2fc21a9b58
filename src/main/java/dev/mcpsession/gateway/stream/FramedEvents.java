package dev.mcpsession.gateway.stream;

import io.vertx.core.buffer.Buffer;

/** Events that are cut by an {@link EventFramer}, and not changed in themselves. */
abstract sealed class FramedEvents implements StreamEvents permits ListenEvents, PassedEvents {
  final EventFramer framer = new EventFramer();

  @Override
  public final Buffer rest() {
    return framer.rest();
  }

  @Override
  public final boolean betweenEvents() {
    return framer.betweenEvents();
  }

  @Override
  public final long count() {
    return framer.count();
  }
}
