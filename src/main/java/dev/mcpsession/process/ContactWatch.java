package dev.mcpsession.process;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server once a second while requests wait for an answer, so that its return is
 * noticed within that time; otherwise it sends nothing. It also notices credentials that are
 * refused for good.
 */
public final class ContactWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContactWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** After this time the credentials will not become valid again; users rely on this number. */
  static final Duration FOR_GOOD = Duration.ofMinutes(5);

  private final ApiServerContact contact;
  private final Consumer<String> refusedForGood;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("contact-watch").daemon().factory());
  private boolean ended;

  /**
   * @param refusedForGood called once, with the reason, when the credentials were refused for 5
   *     minutes: only a new process can get others
   */
  public ContactWatch(ApiServerContact contact, Consumer<String> refusedForGood) {
    this.contact = contact;
    this.refusedForGood = refusedForGood;
  }

  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::check, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Checks once. */
  void check() {
    try {
      contact.askInDoubt();
      Duration refused = contact.refused();
      if (!ended && refused.compareTo(FOR_GOOD) >= 0) {
        ended = true;
        refusedForGood.accept(ApiServerContact.refusal(refused));
      }
    } catch (RuntimeException e) {
      log.error("The contact to the API server could not be checked", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
