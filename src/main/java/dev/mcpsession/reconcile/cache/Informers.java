package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All informers of an operator: those that it always has, and those that it may do without. */
public final class Informers {
  private final InformerView sessions;
  private final @Nullable NodeInformers nodes;

  /**
   * Starts nothing yet.
   *
   * @param watchTokenSecrets whether Secrets labelled as token sources are watched
   * @param templates is told of each template that appears, changes or goes
   * @param watchNodes whether nodes and the operator's budgets are watched
   */
  public Informers(
      boolean watchTokenSecrets, boolean watchNodes, Consumer<McpSessionTemplate> templates) {
    sessions = new InformerView(watchTokenSecrets, templates);
    nodes = watchNodes ? new NodeInformers(sessions) : null;
  }

  /** Sessions, their children, and token sources. */
  public InformerView sessions() {
    return sessions;
  }

  /** Nodes and budgets; {@link NodeView#unwatched} without their informers. */
  public NodeView nodes() {
    return nodes == null ? NodeView.unwatched() : nodes;
  }

  /** Creates the informers, for JOSDK to start. */
  public List<EventSource<?, McpSession>> eventSources(EventSourceContext<McpSession> context) {
    List<EventSource<?, McpSession>> sources = new ArrayList<>(sessions.eventSources(context));
    if (nodes != null) {
      sources.addAll(nodes.eventSources(context));
    }
    return sources;
  }
}
