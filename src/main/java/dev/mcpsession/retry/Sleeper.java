package dev.mcpsession.retry;

import java.time.Duration;

/** How a thread waits, so that tests need not. */
@FunctionalInterface
public interface Sleeper {
  void sleep(Duration time) throws InterruptedException;
}
