package dev.mcpsession.explain;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.resources.Child;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One session as the API server has it now, read with the caller's rights. What they do not cover
 * is treated as missing, and recorded in {@link #unreadable}; every other failure is thrown. For
 * one explanation, by one thread.
 */
final class DirectView implements ClusterView, NodeView {
  /** What the caller may not be allowed to read. */
  enum Part {
    PODS,
    /** The Pods that the status does not name. */
    OTHER_PODS,
    SERVICE,
    NODE,
    BUDGET,
    TOKEN_SOURCE,
    /** What the session does not say itself is not known then. */
    TEMPLATE
  }

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final Map<Part, Set<String>> unreadable = new EnumMap<>(Part.class);
  private final Map<String, McpSession> sessions = new HashMap<>();
  private @Nullable Service service;
  private @Nullable McpSessionTemplate template;

  /**
   * @param config the operator's: what the operator does not watch is not read
   */
  DirectView(KubernetesClient client, OperatorConfig config) {
    this.client = client;
    this.config = config;
  }

  /** What could not be read, each with the API server's messages. */
  Map<Part, Set<String>> unreadable() {
    return unreadable;
  }

  /** The session must be readable: a refusal is thrown. */
  @Override
  public @Nullable McpSession session(String namespace, String name) {
    McpSession session =
        client.resources(McpSession.class).inNamespace(namespace).withName(name).get();
    if (session != null) {
      sessions.put(namespace + "/" + name, session);
    }
    return session;
  }

  @Override
  public @Nullable McpSessionTemplate template(String namespace, String name) {
    template =
        readable(
            Part.TEMPLATE,
            () ->
                client
                    .resources(McpSessionTemplate.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .get());
    return template;
  }

  /** The template that was read last; null if there is none, or it is not readable. */
  @Nullable McpSessionTemplate template() {
    return template;
  }

  /** Empty: an explanation of one session needs no others. */
  @Override
  public List<McpSession> readers(String namespace, String secret) {
    return List.of();
  }

  /** Empty, as {@link #readers}. */
  @Override
  public List<McpSession> withoutTemplate(String namespace) {
    return List.of();
  }

  /** If they may not be listed, those whose names follow from the status. */
  @Override
  public List<Pod> pods(String namespace, String session) {
    try {
      return client
          .pods()
          .inNamespace(namespace)
          .withLabel(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
          .withLabel(Names.SESSION_LABEL, session)
          .list()
          .getItems();
    } catch (KubernetesClientException e) {
      note(Part.OTHER_PODS, e);
    }
    List<Pod> named = new ArrayList<>();
    for (int revision : revisions(sessions.get(namespace + "/" + session))) {
      Pod pod =
          readable(
              Part.PODS,
              () ->
                  client
                      .pods()
                      .inNamespace(namespace)
                      .withName(Names.child(session, revision))
                      .get());
      if (pod != null && session.equals(label(pod, Names.SESSION_LABEL))) {
        named.add(pod);
      }
    }
    return named;
  }

  private static Set<Integer> revisions(@Nullable McpSession session) {
    McpSessionStatus status = session == null ? null : session.getStatus();
    Set<Integer> revisions = new TreeSet<>();
    revisions.add(1);
    if (status != null && status.revision() != null) {
      revisions.add(status.revision());
      revisions.add(Math.max(1, status.revision() - 1));
    }
    if (status != null && status.attempt() != null) {
      revisions.add(status.attempt().revision());
    }
    return revisions;
  }

  @Override
  public @Nullable Service service(String namespace, String name) {
    service =
        readable(Part.SERVICE, () -> client.services().inNamespace(namespace).withName(name).get());
    return service != null && isManaged(service) ? service : null;
  }

  /** The owner of the Service that was read; null if it is the session, or there is no Service. */
  @Nullable String serviceOwner(SessionKey session) {
    return service == null || Child.isOwned(service.getMetadata(), session)
        ? null
        : Child.describeOwner(service.getMetadata());
  }

  @Override
  public SourceSecret.@Nullable Lookup tokenSources() {
    return config.watchTokenSecrets() ? this::tokenSource : null;
  }

  @Override
  public @Nullable Node node(String name) {
    return config.watchNodes()
        ? readable(Part.NODE, () -> client.nodes().withName(name).get())
        : null;
  }

  @Override
  public boolean hasBudget(String namespace) {
    return !config.watchNodes()
        || readable(Part.BUDGET, () -> budget(namespace)) != null
        || unreadable.containsKey(Part.BUDGET);
  }

  private @Nullable PodDisruptionBudget budget(String namespace) {
    return client
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(namespace)
        .withName(Names.BUDGET)
        .get();
  }

  private @Nullable Secret tokenSource(String namespace, String name) {
    Secret secret =
        readable(
            Part.TOKEN_SOURCE, () -> client.secrets().inNamespace(namespace).withName(name).get());
    return SourceSecret.isLabelled(secret) ? secret : null;
  }

  private <T> @Nullable T readable(Part part, Supplier<@Nullable T> read) {
    try {
      return read.get();
    } catch (KubernetesClientException e) {
      note(part, e);
      return null;
    }
  }

  private void note(Part part, KubernetesClientException e) {
    if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
      throw e;
    }
    unreadable.computeIfAbsent(part, none -> new TreeSet<>()).add(ApiErrors.words(e));
  }

  private static boolean isManaged(HasMetadata object) {
    return Names.MANAGED_BY.equals(label(object, Names.MANAGED_BY_LABEL))
        && label(object, Names.SESSION_LABEL) != null;
  }

  private static @Nullable String label(HasMetadata object, String name) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels == null ? null : labels.get(name);
  }
}
