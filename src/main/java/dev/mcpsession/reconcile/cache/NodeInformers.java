package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.resources.NodeDeparture;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.PrimaryToSecondaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The informers of nodes and of the operator's budgets. A node triggers a reconcile of the sessions
 * with a Pod on it, but only when its departure signals change: heartbeats cost nothing. A budget
 * does when it is deleted.
 */
public final class NodeInformers implements NodeView {
  private final InformerView sessions;
  private @Nullable InformerEventSource<Node, McpSession> nodes;
  private @Nullable InformerEventSource<PodDisruptionBudget, McpSession> budgets;

  /**
   * @param sessions the view whose event sources are created first
   */
  public NodeInformers(InformerView sessions) {
    this.sessions = sessions;
  }

  public List<EventSource<?, McpSession>> eventSources(EventSourceContext<McpSession> context) {
    // Without this, JOSDK would compute the sessions of a node with each heartbeat.
    PrimaryToSecondaryMapper<McpSession> none = session -> Set.of();
    InformerEventSource<Node, McpSession> nodes =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Node.class, McpSession.class)
                .withName("nodes")
                .withWatchAllNamespaces()
                .withFollowControllerNamespacesChanges(false)
                .withPrimaryToSecondaryMapper(none)
                .withSecondaryToPrimaryMapper(this::sessionsOn)
                .withOnAddFilter(NodeDeparture::isAnnouncedBy)
                .withOnUpdateFilter((now, before) -> !NodeDeparture.isUnchanged(now, before))
                .withOnDeleteFilter((node, unknown) -> false)
                .build(),
            context);
    InformerEventSource<PodDisruptionBudget, McpSession> budgets =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(PodDisruptionBudget.class, McpSession.class)
                .withName("budgets")
                .withLabelSelector(Names.MANAGED_BY_LABEL + "=" + Names.MANAGED_BY)
                .withPrimaryToSecondaryMapper(none)
                .withSecondaryToPrimaryMapper(this::sessionsBeside)
                .withOnAddFilter(budget -> false)
                .withOnUpdateFilter((now, before) -> false)
                .build(),
            context);
    this.nodes = nodes;
    this.budgets = budgets;
    return List.of(nodes, budgets);
  }

  private Set<ResourceID> sessionsOn(Node node) {
    return sessions.podsOn(node.getMetadata().getName()).stream()
        .flatMap(pod -> InformerView.session(pod).stream())
        .collect(Collectors.toSet());
  }

  private Set<ResourceID> sessionsBeside(PodDisruptionBudget budget) {
    return sessions
        .sessions(budget.getMetadata().getNamespace())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  @Override
  public @Nullable Node node(String name) {
    return nodes == null ? null : nodes.get(new ResourceID(name)).orElse(null);
  }

  @Override
  public boolean hasBudget(String namespace) {
    return budgets != null && budgets.get(new ResourceID(Names.BUDGET, namespace)).isPresent();
  }
}
