package dev.mcpsession.gateway.http;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One timer of an event loop for all that lasts on it, so that a stream or connection costs no
 * timer of its own. To be used on that loop.
 */
final class Ticker {
  private static final long MILLIS = 500;

  /** Is called twice a second while it is registered. */
  @FunctionalInterface
  interface Ticked {
    /** Looks whether something is due. */
    void tick(long nanos);
  }

  private final Set<Ticked> registered = new LinkedHashSet<>();
  private final long timer;

  Ticker(Vertx vertx) {
    timer = vertx.setPeriodic(MILLIS, id -> tick());
  }

  private void tick() {
    long now = System.nanoTime();
    List<Ticked> all = new ArrayList<>(registered);
    for (Ticked each : all) {
      if (registered.contains(each)) {
        each.tick(now);
      }
    }
  }

  void add(Ticked ticked) {
    registered.add(ticked);
  }

  void remove(Ticked ticked) {
    registered.remove(ticked);
  }

  void stop(Vertx vertx) {
    vertx.cancelTimer(timer);
  }
}
