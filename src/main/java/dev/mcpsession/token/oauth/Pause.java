package dev.mcpsession.token.oauth;

import java.time.Duration;

/** How a thread waits, so that tests need not. */
@FunctionalInterface
public interface Pause {
  void sleep(Duration time) throws InterruptedException;
}
