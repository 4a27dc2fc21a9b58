package dev.mcpsession.reconcile.template;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reconciles a template soon after something of it or of its sessions has changed, and when time
 * alone changes what is to be said. It sees every session appear and disappear.
 */
public final class TemplateQueue extends AbstractEventSource<Void, McpSession>
    implements ResourceEventAware<McpSession> {
  /** What is read together, at the start for example, is looked at once. */
  private static final Duration SOON = Duration.ofMillis(20);

  /** During a roll-out the sessions of a template change all the time. */
  private static final Duration GATHERED = Duration.ofMillis(250);

  private static final Duration LONGEST = Duration.ofHours(1);

  private final TemplateReconciler reconciler;
  private final InstantSource clock;
  private final Executor executor;
  private final ScheduledThreadPoolExecutor timer;
  private final Map<TemplateKey, Alarm> alarms = new HashMap<>();

  private record Alarm(Instant at, ScheduledFuture<?> future) {}

  /**
   * @param executor runs reconciles, which may wait for the API server
   */
  public TemplateQueue(TemplateReconciler reconciler, InstantSource clock, Executor executor) {
    super(Void.class, "template-queue");
    this.reconciler = reconciler;
    this.clock = clock;
    this.executor = executor;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("templates").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    // A reconcile that ends after the process was told to stop sets a timer like any other.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** A template appeared, changed or went. */
  public void changed(McpSessionTemplate template) {
    TemplateKey key =
        new TemplateKey(template.getMetadata().getNamespace(), template.getMetadata().getName());
    at(key, clock.instant().plus(SOON));
  }

  /** A session of a template appeared, went, or stands otherwise. */
  public void moved(String namespace, String template) {
    at(new TemplateKey(namespace, template), clock.instant().plus(GATHERED));
  }

  private void moved(McpSession session) {
    String template = session.getSpec().templateName();
    if (template != null) {
      moved(session.getMetadata().getNamespace(), template);
    }
  }

  /** Keeps an earlier alarm. */
  private synchronized void at(TemplateKey key, Instant at) {
    Alarm set = alarms.get(key);
    if (set != null) {
      if (!at.isBefore(set.at())) {
        return;
      }
      set.future().cancel(false);
    }
    Duration delay = Duration.between(clock.instant(), at);
    long millis = Math.max(0, Math.min(delay.toMillis() + 1, LONGEST.toMillis()));
    alarms.put(key, new Alarm(at, timer.schedule(() -> fire(key), millis, TimeUnit.MILLISECONDS)));
  }

  private void fire(TemplateKey key) {
    synchronized (this) {
      alarms.remove(key);
    }
    executor.execute(
        () -> {
          Instant next = reconciler.reconcile(key);
          if (next != null) {
            at(key, next);
          }
        });
  }

  @Override
  public void onResourceCreated(McpSession session) {
    moved(session);
  }

  @Override
  public void onResourceUpdated(McpSession session, McpSession old) {
    if (!Objects.equals(session.getSpec().templateName(), old.getSpec().templateName())
        || session.getMetadata().getDeletionTimestamp() != null) {
      moved(old);
      moved(session);
    }
  }

  @Override
  public void onResourceDeleted(McpSession session) {
    moved(session);
  }

  @Override
  public Set<Void> getSecondaryResources(McpSession primary) {
    return Set.of();
  }

  @Override
  public void stop() {
    super.stop();
    timer.shutdownNow();
  }
}
