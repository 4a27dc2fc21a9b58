package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.session.SessionView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One replica's cache of sessions and templates. */
final class ModelSessionView implements SessionView {
  @Nullable McpSessionTemplate template;
  private final Map<String, McpSession> sessions = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();

  /** Shows a session that is new, or has changed. */
  void show(McpSession session) {
    McpSession before = sessions.put(key(session), session);
    listeners.forEach(it -> it.sessionChanged(before, session));
  }

  /** Shows that it is gone. */
  void showGone(McpSession session) {
    sessions.remove(key(session));
    listeners.forEach(it -> it.sessionChanged(session, null));
  }

  private static String key(McpSession session) {
    return session.getMetadata().getNamespace() + "/" + session.getMetadata().getName();
  }

  @Override
  public @Nullable McpSession session(String namespace, String name) {
    return sessions.get(namespace + "/" + name);
  }

  @Override
  public @Nullable McpSessionTemplate template(String namespace, String name) {
    return template;
  }

  @Override
  public List<McpSessionTemplate> templates() {
    return template == null ? List.of() : List.of(template);
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
