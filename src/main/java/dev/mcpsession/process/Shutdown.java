package dev.mcpsession.process;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process gracefully after SIGTERM or SIGINT, with exit code 0 where the JVM alone would
 * return 143. The JVM waits for this thread, which takes at most {@link #LIMIT}, or as long as the
 * role allows while unfinished work would be lost.
 */
public final class Shutdown extends Thread {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** Below the documented 5 s. */
  private static final Duration LIMIT = Duration.ofMillis(4800);

  private static final int EXIT_CODE = 0;
  private static final Duration POLL = Duration.ofMillis(50);

  /** What runs in this process. */
  public interface RunningRole extends AutoCloseable {
    /** Ends gracefully, on a thread that the process does not wait for at its end. */
    @Override
    void close();

    /**
     * Work that would be lost if the process ended now, as the object of "waits for"; empty if
     * none.
     */
    Optional<String> unfinished();

    /** How long its end may take while there is such work. */
    Duration longest();
  }

  private volatile @Nullable RunningRole role;

  public Shutdown() {
    super("shutdown");
  }

  /** Takes effect at once, also while nothing runs yet. */
  public void install() {
    Runtime.getRuntime().addShutdownHook(this);
  }

  /** Sets the role to close. */
  public void closes(RunningRole role) {
    this.role = role;
  }

  /** Leaves the exit code to others again. */
  public void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(this);
    } catch (IllegalStateException e) {
      log.debug("Too late, the process ends already", e);
    }
  }

  @Override
  public void run() {
    RunningRole running = role;
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
      Optional<String> unfinished =
          ended || running == null ? Optional.empty() : running.unfinished();
      if (running != null && unfinished.isPresent()) {
        log.info("Waits for {}", unfinished.get());
        for (; !ended && limit.compareTo(running.longest()) < 0; limit = limit.plus(POLL)) {
          ended = closing.join(POLL);
        }
      }
      if (!ended) {
        log.warn("Not everything ended within {} s", limit.toMillis() / 1000.0);
      }
    } catch (InterruptedException e) {
      log.warn("Interrupted while ending");
    }
    System.out.flush();
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
