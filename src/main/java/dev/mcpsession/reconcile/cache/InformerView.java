package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private final boolean watchesTokenSecrets;
  private @Nullable IndexerResourceCache<McpSession> sessions;
  private @Nullable InformerEventSource<Pod, McpSession> pods;
  private @Nullable InformerEventSource<Service, McpSession> services;
  private @Nullable InformerEventSource<Secret, McpSession> secrets;

  public InformerView(boolean watchesTokenSecrets) {
    this.watchesTokenSecrets = watchesTokenSecrets;
  }

  public List<EventSource<?, McpSession>> eventSources(EventSourceContext<McpSession> context) {
    IndexerResourceCache<McpSession> primaries = context.getPrimaryCache();
    primaries.addIndexers(Map.of(BY_SOURCE, InformerView::sources));
    sessions = primaries;
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
    List<EventSource<?, McpSession>> sources = new ArrayList<>(List.of(pods, services));
    if (watchesTokenSecrets) {
      InformerEventSource<Secret, McpSession> secrets =
          new InformerEventSource<>(
              InformerEventSourceConfiguration.from(Secret.class, McpSession.class)
                  .withName("token-sources")
                  .withLabelSelector(Names.TOKEN_SOURCE_LABEL + "=true")
                  .withSecondaryToPrimaryMapper(secret -> usersOf(primaries, secret))
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
  public List<McpSession> readers(String namespace, String secret) {
    return sessions == null ? List.of() : sessions.byIndex(BY_SOURCE, index(namespace, secret));
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
    var token = session.getSpec().token();
    String namespace = session.getMetadata().getNamespace();
    return token == null
        ? List.of()
        : token.secretNames().stream().map(name -> index(namespace, name)).toList();
  }

  private static Set<ResourceID> usersOf(IndexerResourceCache<McpSession> sessions, Secret secret) {
    String key = index(secret.getMetadata().getNamespace(), secret.getMetadata().getName());
    return sessions.byIndex(BY_SOURCE, key).stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
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
