package dev.mcpsession.gateway.session;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the caches hold of sessions and templates. It may be stale, and never sends a request. */
public interface SessionView {
  /** Null: there is none, or it was not read yet. */
  @Nullable McpSession session(String namespace, String name);

  /** Null: there is none, or it was not read yet. */
  @Nullable McpSessionTemplate template(String namespace, String name);

  /** All templates that were read, in any order. */
  List<McpSessionTemplate> templates();

  /** Whether all that there was at the start has been read. */
  boolean isSynced();

  /** Adds a listener. */
  void listen(Listener listener);

  /** Is told of changes after the cache shows them, on the threads of the caches. */
  interface Listener {
    /**
     * One session was made, changed or deleted.
     *
     * @param before null: it was made
     * @param now null: it was deleted
     */
    void sessionChanged(@Nullable McpSession before, @Nullable McpSession now);

    /**
     * One template was made, changed or deleted.
     *
     * @param before null: it was made
     * @param now null: it was deleted
     */
    void templateChanged(@Nullable McpSessionTemplate before, @Nullable McpSessionTemplate now);
  }
}
