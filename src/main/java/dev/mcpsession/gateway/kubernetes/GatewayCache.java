package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.session.SessionView;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The informers of sessions and templates. They fill as soon as the cluster allows it, and go on
 * showing what they have while the API server is away.
 */
public final class GatewayCache implements SessionView, AutoCloseable {
  private final List<SessionView.Listener> listeners = new CopyOnWriteArrayList<>();
  private final ResourceCache<McpSession> sessions;
  private final ResourceCache<McpSessionTemplate> templates;

  /**
   * Starts nothing yet.
   *
   * @param namespaces whose sessions and templates; empty: all
   */
  public GatewayCache(KubernetesClient client, Set<String> namespaces) {
    sessions =
        new ResourceCache<>(
            client,
            McpSession.class,
            namespaces,
            CachedSession::trim,
            Map.of(),
            List.of((before, now) -> listeners.forEach(it -> it.sessionChanged(before, now))));
    templates =
        new ResourceCache<>(
            client,
            McpSessionTemplate.class,
            namespaces,
            UnaryOperator.identity(),
            Map.of(),
            List.of((before, now) -> listeners.forEach(it -> it.templateChanged(before, now))));
  }

  /** Begins to fill; returns at once. */
  public void start() {
    templates.start();
    sessions.start();
  }

  @Override
  public @Nullable McpSession session(String namespace, String name) {
    return sessions.get(namespace, name);
  }

  @Override
  public @Nullable McpSessionTemplate template(String namespace, String name) {
    return templates.get(namespace, name);
  }

  @Override
  public List<McpSessionTemplate> templates() {
    return templates.all();
  }

  @Override
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public boolean isSynced() {
    return sessions.isSynced() && templates.isSynced();
  }

  /** The kinds that were not read yet, each with the reason if it is known; for people. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>(sessions.missing());
    missing.addAll(templates.missing());
    return List.copyOf(missing);
  }

  /** Stops watching; what was read stays. */
  @Override
  public void close() {
    sessions.close();
    templates.close();
  }
}
