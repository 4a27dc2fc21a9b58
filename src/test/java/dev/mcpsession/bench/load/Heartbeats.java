package dev.mcpsession.bench.load;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Reports activity once a minute for every session of a crowd, as if each had traffic. */
public final class Heartbeats implements AutoCloseable {
  static final Duration PERIOD = Duration.ofSeconds(60);

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  public Heartbeats(Crowd crowd) {
    long gap = PERIOD.toNanos() / crowd.names().size();
    long delay = 0;
    for (String name : crowd.names()) {
      var unused =
          timer.scheduleAtFixedRate(
              () -> beat(crowd, name), delay, PERIOD.toNanos(), TimeUnit.NANOSECONDS);
      delay += gap;
    }
  }

  private void beat(Crowd crowd, String name) {
    try {
      crowd.touch(name, Instant.now());
      written.incrementAndGet();
    } catch (RuntimeException e) {
      failed.incrementAndGet();
    }
  }

  /** The count so far. */
  public String count() {
    return written + (failed.get() == 0 ? "" : ", " + failed + " failed");
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
