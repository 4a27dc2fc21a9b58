package dev.mcpsession.cli;

import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.process.Readiness;
import dev.mcpsession.rbac.PermissionReview;
import dev.mcpsession.rbac.SessionAccess;
import dev.mcpsession.reconcile.SessionController;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the watched namespaces are served. One where the operator lacks a permission is left out
 * until it has it: the others are served as if it were not there. Sends requests only while one is
 * left out, or after a read was refused.
 */
final class ServedNamespaces implements Readiness.Scope, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServedNamespaces.class);

  /** Between two checks, and so how soon a permission that was granted takes effect. */
  private static final Duration PERIOD = Duration.ofSeconds(5);

  /** A refused read may have other causes than a missing permission. */
  private static final Duration SUSPECT_AGAIN_AFTER = Duration.ofSeconds(30);

  /** Stands for all namespaces when none are named. */
  private static final String ALL = "*";

  private final Set<String> watched;
  private final SessionAccess access;
  private final LongSupplier nanoTime;
  private final Map<String, String> refused = new ConcurrentHashMap<>();
  private final Set<String> filling = ConcurrentHashMap.newKeySet();
  private final Set<String> suspects = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> suspected = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("namespaces").daemon().factory());
  private volatile @Nullable SessionController controller;

  private ServedNamespaces(Set<String> watched, SessionAccess access, LongSupplier nanoTime) {
    this.watched = watched;
    this.access = access;
    this.nanoTime = nanoTime;
  }

  /**
   * Checks nothing yet.
   *
   * @param watched empty: all
   * @param leaseNamespace null without leader election
   * @param nanoTime monotonic, in nanoseconds
   */
  static ServedNamespaces of(
      KubernetesClient client,
      OperatorConfig config,
      Set<String> watched,
      @Nullable String leaseNamespace,
      LongSupplier nanoTime) {
    PermissionReview review = PermissionReview.of(client, config, watched, leaseNamespace);
    return new ServedNamespaces(watched, new SessionAccess(client, watched, review), nanoTime);
  }

  /**
   * Checks the permissions before anything starts.
   *
   * @return the namespaces to serve; empty: all
   * @throws dev.mcpsession.rbac.PermissionReview.MissingPermissions if none can be served
   */
  Set<String> admit() {
    Map<String, String> found = access.check();
    refused.keySet().retainAll(found.keySet());
    found.forEach(this::refuse);
    return served();
  }

  void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            this::check, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** From now on this controller, which need not have started, is told what to serve. */
  void servedBy(SessionController made) {
    controller = made;
  }

  /** A read was refused; empty: in no namespace. Returns at once. */
  void suspect(Optional<String> namespace) {
    if (watched.isEmpty() || watched.contains(namespace.orElse(ALL))) {
      suspects.add(watched.isEmpty() ? ALL : namespace.orElse(ALL));
    }
  }

  @Override
  public Optional<String> none() {
    boolean all = watched.isEmpty() ? refused.containsKey(ALL) : refused.keySet().equals(watched);
    return all
        ? Optional.of("No namespace can be served: " + String.join("; ", without()))
        : Optional.empty();
  }

  @Override
  public List<String> without() {
    Map<String, String> notes = new TreeMap<>();
    refused.forEach((namespace, why) -> notes.put(namespace, describe(namespace, why)));
    filling.forEach(
        namespace ->
            notes.put(namespace, describe(namespace, "its sessions and Pods are being read")));
    return List.copyOf(notes.values());
  }

  /** Whether a namespace is left out for lack of a permission, of each that is watched. */
  Map<String, Boolean> refused() {
    Set<String> all = watched.isEmpty() ? Set.of(ALL) : watched;
    return all.stream().collect(Collectors.toMap(name -> name, refused::containsKey));
  }

  private static String describe(String namespace, String why) {
    return (namespace.equals(ALL)
            ? "sessions are not served"
            : "namespace " + namespace + " is not served")
        + ": "
        + why;
  }

  private Set<String> served() {
    Set<String> served = new HashSet<>(watched);
    served.removeAll(refused.keySet());
    return served;
  }

  private void refuse(String namespace, String why) {
    if (refused.put(namespace, why) == null) {
      log.warn("{}", describe(namespace, why));
    }
  }

  /** Checks once those that are left out, those where a read was refused, and the caches. */
  void check() {
    SessionController current = controller;
    try {
      if (current == null || !current.isStarted()) {
        return;
      }
      boolean changed = false;
      Set<String> doubtful = new HashSet<>(refused.keySet());
      suspects.stream().filter(this::isTimeFor).forEach(doubtful::add);
      suspects.clear();
      for (String namespace : doubtful) {
        changed |= check(namespace);
      }
      if (changed && !watched.isEmpty()) {
        current.serve(served());
      }
      filling.removeIf(namespace -> isFilled(current, namespace));
    } catch (KubernetesClientException e) {
      log.debug("Permissions could not be checked: {}", ApiErrors.reason(e));
    } catch (RuntimeException e) {
      log.error("Permissions could not be checked", e);
    }
  }

  private boolean isTimeFor(String suspect) {
    long now = nanoTime.getAsLong();
    Long last = suspected.get(suspect);
    if (last != null && now - last < SUSPECT_AGAIN_AFTER.toNanos()) {
      return false;
    }
    suspected.put(suspect, now);
    return true;
  }

  /** Returns whether it is to be served from now on, or no longer. */
  private boolean check(String namespace) {
    Optional<String> refusal = access.refusal(namespace.equals(ALL) ? null : namespace);
    if (refusal.isPresent()) {
      boolean was = refused.containsKey(namespace);
      refuse(namespace, refusal.get());
      filling.remove(namespace);
      return !was;
    }
    if (refused.remove(namespace) == null) {
      return false;
    }
    log.info(
        "The operator has its permissions in {}, and serves its sessions",
        namespace.equals(ALL) ? "all namespaces" : "namespace " + namespace);
    if (!namespace.equals(ALL)) {
      filling.add(namespace);
    }
    return true;
  }

  private static boolean isFilled(SessionController controller, String namespace) {
    boolean filled = controller.isSynced(namespace);
    if (filled) {
      controller.reconcileAll(namespace);
    }
    return filled;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
