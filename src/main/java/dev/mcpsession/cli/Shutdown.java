package dev.mcpsession.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process in order after SIGTERM or SIGINT, with exit code 0 where the JVM alone would say
 * 143. The JVM waits for this thread, and for nothing longer than {@link #LIMIT}, or {@link
 * #RENEWALS_LIMIT} while an issuer's answer could be lost.
 */
final class Shutdown extends Thread {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** Below the 5 s that are promised. */
  private static final Duration LIMIT = Duration.ofMillis(4800);

  /** Below the 45 s that are promised while a grant is being renewed. */
  private static final Duration RENEWALS_LIMIT = Duration.ofMillis(44_800);

  private static final Duration LOOK = Duration.ofMillis(50);

  private volatile @Nullable OperatorProcess process;

  Shutdown() {
    super("shutdown");
  }

  /** From now on, also while nothing runs yet. */
  void install() {
    Runtime.getRuntime().addShutdownHook(this);
  }

  /** What is to be closed. */
  void closes(OperatorProcess process) {
    this.process = process;
  }

  /** The exit code is somebody else's again. */
  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(this);
    } catch (IllegalStateException e) {
      log.debug("Too late, the process ends already", e);
    }
  }

  @Override
  public void run() {
    OperatorProcess running = process;
    Thread closing =
        Thread.ofPlatform()
            .name("closing")
            .daemon()
            .start(
                () -> {
                  if (running != null) {
                    running.close();
                  }
                });
    try {
      Duration limit = LIMIT;
      boolean ended = closing.join(limit);
      if (!ended && running != null && running.isRenewing()) {
        log.info("Waits for the answer to a renewal, and until it is stored");
        for (; !ended && limit.compareTo(RENEWALS_LIMIT) < 0; limit = limit.plus(LOOK)) {
          ended = closing.join(LOOK);
        }
      }
      if (!ended) {
        log.warn("Not everything ended within {} s", limit.toMillis() / 1000.0);
      }
    } catch (InterruptedException e) {
      log.warn("Interrupted while ending");
    }
    System.out.flush();
    Runtime.getRuntime().halt(Main.OK);
  }
}
