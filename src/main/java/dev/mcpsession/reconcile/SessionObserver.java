package dev.mcpsession.reconcile;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.kube.ResourceVersion;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedChildren;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.Remembered;
import dev.mcpsession.plan.observed.SharedState;
import dev.mcpsession.plan.observed.SlotState;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.reconcile.cache.ObservedTemplates;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.reconcile.token.TokenSources;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.resources.Child;
import dev.mcpsession.resources.ServiceUpdate;
import dev.mcpsession.resources.SessionService;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the caches and this process's memory into an {@link Observation}: the state of a session as
 * far as it is known now.
 */
public final class SessionObserver {
  private final ClusterView view;
  private final NodeView nodes;
  private final NamespaceBudgets budgets;

  public SessionObserver(ClusterView view, NodeView nodes, NamespaceBudgets budgets) {
    this.view = view;
    this.nodes = nodes;
    this.budgets = budgets;
  }

  /** The session that has this name in the cache; null if there is none. */
  @Nullable SessionKey find(String namespace, String name) {
    McpSession cached = view.session(namespace, name);
    return cached == null ? null : SessionKey.of(cached);
  }

  /**
   * The session as cached, with our last write while the cache does not show that yet; null when it
   * is gone, even if a namesake is there.
   */
  @Nullable McpSession session(SessionEntry entry) {
    SessionKey key = entry.key();
    McpSession cached = view.session(key.namespace(), key.name());
    return cached == null || !key.uid().equals(cached.getMetadata().getUid())
        ? null
        : entry.writes().latest(cached);
  }

  public Observation observe(McpSession session, SessionEntry entry, SlotState slot, Instant now) {
    SessionKey key = SessionKey.of(session);
    ObjectMeta metadata = session.getMetadata();
    Map<String, String> annotations =
        metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    List<ObservedPod> pods = pods(key, entry.writes(), now);
    ObservedService service = service(key, entry.writes(), now);
    McpSessionTemplate template = entry.template().see(session, view.template(session));
    McpSessionSpec spec = ObservedTemplates.spec(session, template, service);
    return new Observation(
        new ObservedSession(
            key,
            metadata.getResourceVersion(),
            metadata.getGeneration() == null ? 0 : metadata.getGeneration(),
            Instant.parse(metadata.getCreationTimestamp()),
            instant(metadata.getDeletionTimestamp()),
            session.hasRevocationFinalizer(),
            spec,
            ObservedTemplates.read(session, template),
            session.getStatus(),
            annotations.get(Names.LAST_ACTIVE),
            blankToNull(annotations.get(Names.RELEASED)),
            blankToNull(annotations.get(Names.RESTARTED_AT))),
        new ObservedChildren(pods, service),
        TokenSources.state(spec.token(), key.namespace(), view.tokenSources()),
        new Remembered(
            spec.token() == null
                ? new TokenCall.None()
                : entry.tokenCall().call(TokenCalls.hash(spec.token())),
            entry.tokenCall().inputs(),
            entry.tokenCall().fruitless(),
            entry.revocation().call(),
            entry.serviceRejections().last(),
            entry.childRejections().last(),
            entry.writes().lostPods(),
            entry.undeletedSecrets().revisions(),
            entry.writeFailures().lasting(),
            entry.activity().see(session, spec, now),
            roomSince(entry, pods, now)),
        new SharedState(slot, budgets.isGuarded(key.namespace(), now)));
  }

  private static @Nullable Instant roomSince(
      SessionEntry entry, List<ObservedPod> pods, Instant now) {
    Instant lastGone =
        entry
            .pods()
            .see(
                pods.stream()
                    .filter(ObservedPod::owned)
                    .map(ObservedPod::uid)
                    .collect(Collectors.toSet()),
                now);
    return entry.childRejections().isForLackOfRoom() ? lastGone : null;
  }

  private List<ObservedPod> pods(SessionKey key, OwnWrites writes, Instant now) {
    List<Pod> pods = new ArrayList<>(view.pods(key.namespace(), key.name()));
    Pod created = writes.createdPod(now);
    if (created != null) {
      boolean seen =
          pods.stream()
              .anyMatch(
                  pod ->
                      isSame(pod.getMetadata(), created.getMetadata())
                          && !ResourceVersion.of(created).isAfter(ResourceVersion.of(pod)));
      if (seen) {
        writes.seenPod();
      } else {
        pods.removeIf(pod -> isSame(pod.getMetadata(), created.getMetadata()));
        pods.add(created);
      }
    }
    Set<String> deleted =
        writes.deletedPods(
            pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet()));
    List<ObservedPod> observed = new ArrayList<>();
    for (Pod pod : pods) {
      OptionalInt revision = Names.revisionOf(key.name(), pod.getMetadata().getName());
      if (revision.isPresent()) {
        boolean gone = deleted.contains(pod.getMetadata().getUid());
        observed.add(ObservedPods.read(pod, revision.getAsInt(), key, gone, node(pod)));
      }
    }
    remember(observed, writes);
    return List.copyOf(observed);
  }

  private static void remember(List<ObservedPod> observed, OwnWrites writes) {
    Map<String, String> live = new HashMap<>();
    Set<String> ending = new HashSet<>();
    for (ObservedPod pod : observed) {
      if (pod.owned() && !pod.terminating()) {
        live.put(pod.uid(), pod.name());
      } else {
        ending.add(pod.uid());
      }
    }
    writes.seenPods(live, ending);
  }

  private @Nullable Node node(Pod pod) {
    String name = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
    return name == null ? null : nodes.node(name);
  }

  private @Nullable ObservedService service(SessionKey key, OwnWrites writes, Instant now) {
    Service cached = view.service(key.namespace(), key.name());
    Service written = writes.writtenService(now);
    boolean shown =
        written == null
            || (cached != null && !ResourceVersion.of(written).isAfter(ResourceVersion.of(cached)));
    if (shown) {
      writes.seenService();
    }
    Service service = shown ? cached : written;
    if (service == null || !Child.isOwned(service.getMetadata(), key)) {
      return null;
    }
    SessionService.Selected selected =
        SessionService.selected(service.getSpec().getSelector(), key);
    return new ObservedService(
        service.getMetadata().getUid(),
        service.getMetadata().getResourceVersion(),
        service.getMetadata().getDeletionTimestamp() != null,
        selected == null ? null : selected.revision(),
        selected != null && selected.byUid(),
        Child.isLabelled(service.getMetadata(), key, null),
        ServiceUpdate.plainPort(service),
        ServiceUpdate.appProtocol(service));
  }

  private static boolean isSame(ObjectMeta a, ObjectMeta b) {
    return a.getUid().equals(b.getUid());
  }

  private static @Nullable Instant instant(@Nullable String timestamp) {
    return timestamp == null ? null : Instant.parse(timestamp);
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
