package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.gateway.kubernetes.ResourceCache;
import dev.mcpsession.gateway.kubernetes.ResourceCache.Selection;
import dev.mcpsession.kube.ResourceVersion;
import dev.mcpsession.retry.ExponentialBackoff;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.key.SignInKeys;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys as the last readable form of their Secret has them. It is filled at the start if it is
 * empty, and watched from then on; content that cannot be used changes nothing.
 */
public final class WatchedKeys implements KeyRing, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WatchedKeys.class);
  private static final ExponentialBackoff BACKOFF =
      new ExponentialBackoff(Duration.ofMillis(500), Duration.ofSeconds(10));

  private record Known(SignInKeys keys, ResourceVersion version) {}

  private final KeysSecret secret;
  private final ResourceCache<Secret> informer;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Known known;
  private String trouble = "not read yet";

  /** Starts nothing yet. */
  public WatchedKeys(KubernetesClient client, KeysSecret secret) {
    this.secret = secret;
    informer =
        new ResourceCache<>(
            client,
            Secret.class,
            Set.of(secret.namespace()),
            Selection.named(secret.name()),
            UnaryOperator.identity(),
            Map.of(),
            List.of(this::shown));
  }

  /** Begins to read; returns at once. */
  public void start() {
    informer.start();
    Thread.ofVirtual().name("sign-in-keys").start(this::fill);
  }

  private void fill() {
    try {
      for (int failures = 1; !isSynced(); failures++) {
        try {
          KeysSecret.Filled filled = secret.fill();
          take(filled.keys(), filled.secret());
          return;
        } catch (StoreException e) {
          complain(e);
        }
        if (closed.await(BACKOFF.delay(failures).toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shown(@Nullable Secret before, @Nullable Secret now) {
    if (now == null) {
      log.error(
          "{} was deleted; this process goes on with the keys that were in it. Put it back, or"
              + " restart the gateway, which makes new keys: all users then sign in again",
          secret);
      return;
    }
    Known current = known;
    boolean isEmpty = KeysSecret.text(now).isEmpty();
    if (current == null ? isEmpty : !ResourceVersion.of(now).isAfter(current.version)) {
      return; // it is being filled, or was shown late
    }
    try {
      take(secret.keys(now), now);
    } catch (StoreException e) {
      complain(e);
    }
  }

  private synchronized void take(SignInKeys keys, Secret from) {
    ResourceVersion version = ResourceVersion.of(from);
    Known current = known;
    if (current == null || version.isAfter(current.version)) {
      known = new Known(keys, version);
      trouble = "";
    }
  }

  private synchronized void complain(StoreException failure) {
    String message = String.valueOf(failure.getMessage());
    if (!message.equals(trouble)) {
      trouble = message;
      log.error(
          "{}. {}", message, known == null ? "Tried again" : "The keys stay as they were before");
    }
  }

  /**
   * The keys.
   *
   * @throws IllegalStateException if none were read yet
   */
  @Override
  public SignInKeys keys() {
    Known current = known;
    if (current == null) {
      throw new IllegalStateException("the keys of " + secret + " are asked for too early");
    }
    return current.keys;
  }

  /** Whether there are keys. */
  public boolean isSynced() {
    return known != null;
  }

  /** What was not read yet, with the reason; for people. */
  public synchronized List<String> missing() {
    return known == null ? List.of("keys of sign-in (" + trouble + ")") : List.of();
  }

  /** Stops watching; what was read stays. */
  @Override
  public void close() {
    closed.countDown();
    informer.close();
  }
}
