package dev.mcpsession.process;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process in order after SIGTERM or SIGINT, with exit code 0 where the JVM alone would say
 * 143. The JVM waits for this thread, and for nothing longer than {@link #LIMIT}, or {@link
 * #UNFINISHED_LIMIT} while something is unfinished that would be lost.
 */
public final class Shutdown extends Thread {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  /** Below the 5 s that are promised. */
  private static final Duration LIMIT = Duration.ofMillis(4800);

  /** Below the 45 s that are promised while something is unfinished. */
  private static final Duration UNFINISHED_LIMIT = Duration.ofMillis(44_800);

  private static final int EXIT_CODE = 0;
  private static final Duration POLL = Duration.ofMillis(50);

  /** What runs in this process. */
  public interface Role extends AutoCloseable {
    /** Ends in order; on a thread that the end of the process does not wait for. */
    @Override
    void close();

    /** What would be lost if the process ended now, as the object of "waits for"; else empty. */
    Optional<String> unfinished();
  }

  private volatile @Nullable Role role;

  public Shutdown() {
    super("shutdown");
  }

  /** From now on, also while nothing runs yet. */
  public void install() {
    Runtime.getRuntime().addShutdownHook(this);
  }

  /** What is to be closed. */
  public void closes(Role role) {
    this.role = role;
  }

  /** The exit code is somebody else's again. */
  public void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(this);
    } catch (IllegalStateException e) {
      log.debug("Too late, the process ends already", e);
    }
  }

  @Override
  public void run() {
    Role running = role;
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
      if (unfinished.isPresent()) {
        log.info("Waits for {}", unfinished.get());
        for (; !ended && limit.compareTo(UNFINISHED_LIMIT) < 0; limit = limit.plus(POLL)) {
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
