package dev.mcpsession.reconcile.activity;

import static dev.mcpsession.reconcile.activity.SessionUse.deadline;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program of its own: uses every session of a namespace once, up to 20 ms before or after the
 * moment at which it would be evicted, and prints a {@link Touch} for each. If the race is lost
 * more often than won, that moment moves earlier, else later: it follows the machine's eviction
 * delay. Ends with its standard input.
 */
final class Toucher implements Watcher<McpSession> {
  private static final int SPREAD_MILLIS = 20;
  private static final long STEP_NANOS = 250_000;

  /**
   * Requests for a missing session, so that the first touches are not slowed by uncompiled code.
   */
  private static final int WARM_UPS = 100;

  private static final long LATEST_NANOS = 500_000_000;

  private final KubernetesClient client;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(8);
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger number = new AtomicInteger();
  private final AtomicLong latenessNanos = new AtomicLong();

  private Toucher(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Runs until its standard input ends.
   *
   * @param args kubeconfig and namespace
   */
  public static void main(String[] args) throws IOException {
    Config config = Config.fromKubeconfig(Path.of(args[0]).toFile());
    config.setRequestRetryBackoffLimit(0);
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        InputStream input = System.in) {
      Toucher toucher = new Toucher(client);
      for (int i = 0; i < WARM_UPS; i++) {
        toucher.use(args[1], "nobody", "", Instant.now());
      }
      try (var watch = client.resources(McpSession.class).inNamespace(args[1]).watch(toucher)) {
        input.transferTo(OutputStream.nullOutputStream());
      }
    }
    Runtime.getRuntime().halt(0);
  }

  @Override
  public void eventReceived(Action action, McpSession session) {
    Instant deadline = action == Action.DELETED ? null : deadline(session);
    if (deadline == null || !seen.add(session.getMetadata().getUid())) {
      return;
    }
    int offset = number.getAndIncrement() % (2 * SPREAD_MILLIS + 1) - SPREAD_MILLIS;
    Instant base = deadline.plusMillis(offset);
    // The correction is known only shortly before, so the timer is set in two steps.
    schedule(
        base.minusMillis(500),
        () -> schedule(base.plusNanos(latenessNanos.get()), () -> touch(session, deadline)));
  }

  private void schedule(Instant at, Runnable task) {
    long nanos = Duration.between(Instant.now(), at).toNanos();
    var unused = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  private void touch(McpSession session, Instant deadline) {
    Instant sent = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    ObjectMeta metadata = session.getMetadata();
    int code = use(metadata.getNamespace(), metadata.getName(), metadata.getUid(), sent);
    Touch touch =
        new Touch(metadata.getName(), metadata.getUid(), deadline, sent, Instant.now(), code);
    latenessNanos.updateAndGet(
        nanos ->
            Math.clamp(nanos + (touch.accepted() ? STEP_NANOS : -STEP_NANOS), 0, LATEST_NANOS));
    System.out.println(touch.line());
  }

  private int use(String namespace, String name, String uid, Instant now) {
    String patch =
        """
        {"metadata": {"uid": "%s", "annotations": {"%s": "%s"}}}\
        """
            .formatted(uid, Names.LAST_ACTIVE, now);
    try {
      client
          .resources(McpSession.class)
          .inNamespace(namespace)
          .withName(name)
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
      return 200;
    } catch (KubernetesClientException e) {
      return e.getCode();
    }
  }

  @Override
  public void onClose(WatcherException cause) {
    System.err.println("the watch ended: " + cause);
    Runtime.getRuntime().halt(1);
  }
}
