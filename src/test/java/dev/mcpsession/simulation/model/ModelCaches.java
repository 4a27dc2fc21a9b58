package dev.mcpsession.simulation.model;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.cache.InformerView;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.resources.Child;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The caches of one operator: the same kinds and selectors as its informers. */
public final class ModelCaches implements ClusterView, NodeView {
  public final ModelCache<McpSession> sessions;
  public final ModelCache<Pod> pods;
  public final ModelCache<Service> services;
  public final ModelCache<Secret> sources;
  public final ModelCache<Node> nodes;
  public final ModelCache<PodDisruptionBudget> budgets;
  public final ModelCache<McpSessionTemplate> templates;

  /** Uids of the sessions that were looked up. */
  public final Set<String> lookedUp = new HashSet<>();

  public final SeenSpecs seen = new SeenSpecs();

  public ModelCaches(ModelApiServer server) {
    sessions = new ModelCache<>(server.sessions, session -> true);
    pods = new ModelCache<>(server.pods, ModelCaches::isManaged);
    services = new ModelCache<>(server.services, ModelCaches::isManaged);
    sources =
        new ModelCache<>(
            server.secrets, secret -> "true".equals(labels(secret).get(Names.TOKEN_SOURCE_LABEL)));
    nodes = new ModelCache<>(server.nodes, node -> true);
    budgets =
        new ModelCache<>(
            server.budgets,
            budget -> Names.MANAGED_BY.equals(labels(budget).get(Names.MANAGED_BY_LABEL)));
    templates = new ModelCache<>(server.templates, template -> true);
  }

  public List<ModelCache<?>> all() {
    return List.of(sessions, pods, services, sources, nodes, budgets, templates);
  }

  public boolean areListed() {
    return all().stream().allMatch(ModelCache::isListed);
  }

  /** Whether informers show a child. */
  public static boolean isManaged(HasMetadata object) {
    Map<String, String> labels = labels(object);
    return Names.MANAGED_BY.equals(labels.get(Names.MANAGED_BY_LABEL))
        && labels.containsKey(Names.SESSION_LABEL);
  }

  public static Map<String, String> labels(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  @Override
  public @Nullable McpSession session(String namespace, String name) {
    McpSession session = sessions.get(name);
    if (session != null) {
      lookedUp.add(session.getMetadata().getUid());
      seen.session(session);
    }
    return session;
  }

  @Override
  public @Nullable McpSessionTemplate template(String namespace, String name) {
    McpSessionTemplate template = templates.get(name);
    seen.template(name, template);
    return template;
  }

  /** Every session that names this template. */
  public List<McpSession> sessionsOf(String template) {
    return sessions.all().stream()
        .filter(session -> template.equals(session.getSpec().templateName()))
        .toList();
  }

  /** The sessions that a change of a template concerns, as the informer decides that. */
  public List<McpSession> toldOf(ModelCache.Delivery<McpSessionTemplate> delivery) {
    McpSessionTemplate before = delivery.before();
    McpSessionTemplate after = delivery.after();
    boolean concerned =
        before == null || after == null || InformerView.concernsSessions(after, before);
    McpSessionTemplate template = after == null ? before : after;
    return template == null || !concerned ? List.of() : sessionsOf(Truth.name(template));
  }

  @Override
  public List<McpSession> readers(String namespace, String secret) {
    return sessions.all().stream().filter(session -> reads(session, secret)).toList();
  }

  @Override
  public List<McpSession> withoutTemplate(String namespace) {
    return sessions.all().stream()
        .filter(session -> session.getSpec().templateName() != null)
        .filter(session -> template(session) == null)
        .toList();
  }

  private boolean reads(McpSession session, String secret) {
    String name = session.getSpec().templateName();
    McpSessionTemplate template = name == null ? null : templates.get(name);
    return secret.equals(session.getSpec().grantSecretName())
        || names(session.getSpec().token(), secret)
        || (template != null && names(template.getSpec().session().token(), secret));
  }

  private static boolean names(@Nullable TokenSpec token, String secret) {
    return token != null && token.secretNames().contains(secret);
  }

  @Override
  public List<Pod> pods(String namespace, String session) {
    return pods.all().stream()
        .filter(pod -> Child.sessions(pod.getMetadata()).contains(session))
        .toList();
  }

  @Override
  public @Nullable Service service(String namespace, String name) {
    return services.get(name);
  }

  @Override
  public @Nullable Node node(String name) {
    return nodes.get(name);
  }

  @Override
  public boolean hasBudget(String namespace) {
    return budgets.get(Names.BUDGET) != null;
  }

  @Override
  public SourceSecret.Lookup tokenSources() {
    return (namespace, name) -> sources.get(name);
  }
}
