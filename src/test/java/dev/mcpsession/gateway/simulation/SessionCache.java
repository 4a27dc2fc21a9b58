package dev.mcpsession.gateway.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.session.SessionView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one replica's informer shows of sessions, and what it has read live besides. */
final class SessionCache implements SessionView {
  private final Map<String, SessionObject> shown = new HashMap<>();
  private final Map<String, SessionObject> read = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final ModelSessions sessions;
  private int seen;

  /** With all that there is. */
  SessionCache(ModelSessions sessions) {
    this.sessions = sessions;
    sessions.all().forEach(it -> shown.put(it.key().name(), it));
    seen = sessions.changes.size();
  }

  void showNext() {
    SessionObject now = sessions.changes.get(seen++);
    SessionObject before = shown.put(now.key().name(), now);
    listeners.forEach(
        it ->
            it.sessionChanged(
                before == null || before.gone() ? null : before.object(),
                now.gone() ? null : now.object()));
  }

  /** One live read. */
  void read(String user) {
    String name = ModelSessions.name(user);
    sessions.changes.reversed().stream()
        .filter(it -> it.key().name().equals(name))
        .findFirst()
        .ifPresent(it -> read.put(name, it));
  }

  /** The newest that is known; null: none. */
  @Nullable SessionObject newest(String user) {
    String name = ModelSessions.name(user);
    SessionObject cached = shown.get(name);
    SessionObject live = read.get(name);
    SessionObject newest =
        live == null || (cached != null && cached.version() >= live.version()) ? cached : live;
    return newest == null || newest.gone() ? null : newest;
  }

  @Override
  public @Nullable McpSession session(String namespace, String name) {
    SessionObject cached = shown.get(name);
    return cached == null || cached.gone() ? null : cached.object();
  }

  @Override
  public @Nullable McpSessionTemplate template(String namespace, String name) {
    return null;
  }

  @Override
  public List<McpSessionTemplate> templates() {
    return List.of();
  }

  @Override
  public boolean isSynced() {
    return true;
  }

  @Override
  public void listen(Listener listener) {
    listeners.add(listener);
  }
}
