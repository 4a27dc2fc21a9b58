package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.resources.Child;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The informers: sessions, their labelled Pods and Services, and, if they are to be watched, the
 * Secrets labelled as token sources.
 */
public final class InformerView implements ClusterView {
  private static final String BY_SESSION = "session";
  private static final String BY_SOURCE = "token-source";
  private static final String BY_NODE = "node";
  private static final String BY_TEMPLATE = "template";

  private final boolean watchesTokenSecrets;
  private final Consumer<McpSessionTemplate> changedTemplates;
  private @Nullable IndexerResourceCache<McpSession> sessions;
  private @Nullable InformerEventSource<Pod, McpSession> pods;
  private @Nullable InformerEventSource<Service, McpSession> services;
  private @Nullable InformerEventSource<Secret, McpSession> secrets;
  private @Nullable InformerEventSource<McpSessionTemplate, McpSession> templates;

  /**
   * @param changedTemplates is told of each template that appears, changes or goes
   */
  public InformerView(boolean watchesTokenSecrets, Consumer<McpSessionTemplate> changedTemplates) {
    this.watchesTokenSecrets = watchesTokenSecrets;
    this.changedTemplates = changedTemplates;
  }

  public List<EventSource<?, McpSession>> eventSources(EventSourceContext<McpSession> context) {
    IndexerResourceCache<McpSession> primaries = context.getPrimaryCache();
    primaries.addIndexers(
        Map.of(BY_SOURCE, InformerView::sources, BY_TEMPLATE, InformerView::templateOf));
    sessions = primaries;
    InformerEventSource<McpSessionTemplate, McpSession> templates =
        new TemplateEvents(
            InformerEventSourceConfiguration.from(McpSessionTemplate.class, McpSession.class)
                .withName("templates")
                .withSecondaryToPrimaryMapper(this::sessionsOf)
                .withOnUpdateFilter(InformerView::concernsSessions)
                .build(),
            context,
            changedTemplates);
    templates.addIndexers(Map.of(BY_SOURCE, InformerView::sources));
    this.templates = templates;
    String managed = Names.MANAGED_BY_LABEL + "=" + Names.MANAGED_BY + "," + Names.SESSION_LABEL;
    InformerEventSource<Pod, McpSession> pods =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, McpSession.class)
                .withName("pods")
                .withLabelSelector(managed)
                .withSecondaryToPrimaryMapper(InformerView::session)
                .build(),
            context);
    pods.addIndexers(
        Map.of(
            BY_SESSION,
            pod ->
                Child.sessions(pod.getMetadata()).stream()
                    .map(name -> index(pod.getMetadata().getNamespace(), name))
                    .toList(),
            BY_NODE,
            InformerView::node));
    InformerEventSource<Service, McpSession> services =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Service.class, McpSession.class)
                .withName("services")
                .withLabelSelector(managed)
                .withSecondaryToPrimaryMapper(InformerView::session)
                .build(),
            context);
    this.pods = pods;
    this.services = services;
    List<EventSource<?, McpSession>> sources = new ArrayList<>(List.of(templates, pods, services));
    if (watchesTokenSecrets) {
      InformerEventSource<Secret, McpSession> secrets =
          new InformerEventSource<>(
              InformerEventSourceConfiguration.from(Secret.class, McpSession.class)
                  .withName("token-sources")
                  .withLabelSelector(Names.TOKEN_SOURCE_LABEL + "=true")
                  .withSecondaryToPrimaryMapper(this::usersOf)
                  .build(),
              context);
      this.secrets = secrets;
      sources.add(secrets);
    }
    return sources;
  }

  public List<McpSession> sessions() {
    return sessions == null ? List.of() : sessions.list().toList();
  }

  /** Those of one namespace. */
  public Stream<McpSession> sessions(String namespace) {
    return sessions == null ? Stream.empty() : sessions.list(namespace, session -> true);
  }

  /** Every labelled Pod that has this node, whoever owns it. */
  List<Pod> podsOn(String node) {
    return pods == null ? List.of() : pods.byIndex(BY_NODE, node);
  }

  @Override
  public @Nullable McpSession session(String namespace, String name) {
    return sessions == null ? null : sessions.get(new ResourceID(name, namespace)).orElse(null);
  }

  /** Whether the cache shows this session, not just one of its name. */
  public boolean shows(SessionKey key) {
    McpSession cached = session(key.namespace(), key.name());
    return cached != null && key.uid().equals(cached.getMetadata().getUid());
  }

  @Override
  public @Nullable McpSessionTemplate template(String namespace, String name) {
    return templates == null ? null : templates.get(new ResourceID(name, namespace)).orElse(null);
  }

  /** Every template. */
  public List<McpSessionTemplate> templates() {
    return templates == null ? List.of() : templates.list().toList();
  }

  /** Every session that names this template. */
  public List<McpSession> sessionsOf(String namespace, String template) {
    return sessions == null ? List.of() : sessions.byIndex(BY_TEMPLATE, index(namespace, template));
  }

  @Override
  public List<McpSession> readers(String namespace, String secret) {
    if (sessions == null || templates == null) {
      return List.of();
    }
    String key = index(namespace, secret);
    // A session whose own source reads it may name a template that does, too.
    Map<String, McpSession> readers = new LinkedHashMap<>();
    Stream.concat(
            sessions.byIndex(BY_SOURCE, key).stream(),
            templates.byIndex(BY_SOURCE, key).stream()
                .map(template -> template.getMetadata().getName())
                .flatMap(name -> sessionsOf(namespace, name).stream()))
        .forEach(session -> readers.put(session.getMetadata().getName(), session));
    return List.copyOf(readers.values());
  }

  @Override
  public List<McpSession> withoutTemplate(String namespace) {
    return sessions(namespace)
        .filter(session -> session.getSpec().templateName() != null)
        .filter(session -> template(session) == null)
        .toList();
  }

  @Override
  public List<Pod> pods(String namespace, String session) {
    return pods == null ? List.of() : pods.byIndex(BY_SESSION, index(namespace, session));
  }

  @Override
  public @Nullable Service service(String namespace, String name) {
    return services == null ? null : services.get(new ResourceID(name, namespace)).orElse(null);
  }

  @Override
  public SourceSecret.@Nullable Lookup tokenSources() {
    return watchesTokenSecrets ? this::tokenSource : null;
  }

  private @Nullable Secret tokenSource(String namespace, String name) {
    return secrets == null ? null : secrets.get(new ResourceID(name, namespace)).orElse(null);
  }

  private static List<String> sources(McpSession session) {
    Set<String> names = new HashSet<>(secretNames(session.getSpec().token()));
    String grant = session.getSpec().grantSecretName();
    if (grant != null) {
      names.add(grant);
    }
    return names.stream().map(name -> index(session.getMetadata().getNamespace(), name)).toList();
  }

  private static List<String> sources(McpSessionTemplate template) {
    return secretNames(template.getSpec().session().token()).stream()
        .map(name -> index(template.getMetadata().getNamespace(), name))
        .toList();
  }

  private static Set<String> secretNames(@Nullable TokenSpec token) {
    return token == null ? Set.of() : token.secretNames();
  }

  private static List<String> templateOf(McpSession session) {
    String name = session.getSpec().templateName();
    return name == null ? List.of() : List.of(index(session.getMetadata().getNamespace(), name));
  }

  /** What else changes of a template, such as its counts, changes nothing of its sessions. */
  public static boolean concernsSessions(McpSessionTemplate now, McpSessionTemplate before) {
    return !now.getMetadata().getUid().equals(before.getMetadata().getUid())
        || !now.getSpec().session().equals(before.getSpec().session())
        || !ObservedTemplates.read(now).equals(ObservedTemplates.read(before));
  }

  private Set<ResourceID> sessionsOf(McpSessionTemplate template) {
    return ids(sessionsOf(template.getMetadata().getNamespace(), template.getMetadata().getName()));
  }

  private Set<ResourceID> usersOf(Secret secret) {
    return ids(readers(secret.getMetadata().getNamespace(), secret.getMetadata().getName()));
  }

  private static Set<ResourceID> ids(List<McpSession> sessions) {
    return sessions.stream().map(ResourceID::fromResource).collect(Collectors.toSet());
  }

  private static List<String> node(Pod pod) {
    String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
    return node == null ? List.of() : List.of(node);
  }

  /** Two if somebody changed the label with the session's name. */
  static Set<ResourceID> session(HasMetadata child) {
    return Child.sessions(child.getMetadata()).stream()
        .map(name -> new ResourceID(name, child.getMetadata().getNamespace()))
        .collect(Collectors.toSet());
  }

  private static String index(String namespace, String name) {
    return namespace + "/" + name;
  }
}
