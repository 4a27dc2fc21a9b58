package dev.mcpsession.bench.load;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** What a watch of an arena's sessions shows, and when. */
public final class Sightings implements ResourceEventHandler<McpSession>, AutoCloseable {
  private final Map<String, McpSession> last = new ConcurrentHashMap<>();
  private final Map<String, Instant> ready = new ConcurrentHashMap<>();
  private final Map<String, Instant> gone = new ConcurrentHashMap<>();
  private final SharedIndexInformer<McpSession> informer;

  public Sightings(Arena arena) {
    informer =
        arena.client().resources(McpSession.class).inNamespace(arena.namespace()).inform(this);
  }

  @Override
  public void onAdd(McpSession session) {
    String name = session.getMetadata().getName();
    if (isReady(session)) {
      ready.putIfAbsent(name, Instant.now());
    }
    last.put(name, session);
  }

  @Override
  public void onUpdate(McpSession old, McpSession session) {
    onAdd(session);
  }

  @Override
  public void onDelete(McpSession session, boolean unknown) {
    gone.put(session.getMetadata().getName(), Instant.now());
  }

  public static boolean isReady(McpSession session) {
    return condition(session, ConditionType.Ready, "Serving");
  }

  public static boolean condition(McpSession session, ConditionType type, String reason) {
    return session.getStatus() != null
        && session.getStatus().conditions() != null
        && session.getStatus().conditions().stream()
            .anyMatch(c -> c.type().equals(type.name()) && c.reason().equals(reason));
  }

  /** Whether this revision serves, and no attempt goes on. */
  public static boolean serves(McpSession session, int revision) {
    return session.getStatus() != null
        && session.getStatus().revision() != null
        && session.getStatus().revision() == revision
        && session.getStatus().attempt() == null;
  }

  public Instant readyAt(String name) {
    return ready.get(name);
  }

  public Instant goneAt(String name) {
    return gone.get(name);
  }

  public McpSession last(String name) {
    return last.get(name);
  }

  /** Waits until all of them match. */
  public void await(List<String> names, Predicate<McpSession> how) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofMinutes(10))
        .until(
            () ->
                names.stream()
                    .allMatch(name -> last.containsKey(name) && how.test(last.get(name))));
  }

  public void awaitGone(List<String> names) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofMinutes(10))
        .until(() -> gone.keySet().containsAll(names));
  }

  @Override
  public void close() {
    informer.close();
  }
}
