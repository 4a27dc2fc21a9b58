package dev.mcpsession.retry;

import java.time.Duration;

/** How a thread sleeps; tests replace it so that they do not have to wait. */
@FunctionalInterface
public interface Sleeper {
  void sleep(Duration time) throws InterruptedException;
}
