package dev.mcpsession.quickstart;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What watches of the API server say about one session and what belongs to it: written to the
 * timeline as it comes, and kept to be checked.
 */
final class SessionWatch implements AutoCloseable {
  private final String name;
  private final Timeline timeline;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final Map<String, Instant> facts = new ConcurrentHashMap<>();
  private final Set<String> children = ConcurrentHashMap.newKeySet();
  private volatile Optional<McpSession> session = Optional.empty();

  /**
   * @param name of a session in the client's namespace
   */
  SessionWatch(KubernetesClient client, String name, Timeline timeline) {
    this.name = name;
    this.timeline = timeline;
    informers.add(client.resources(McpSession.class).inform(handler(this::session)));
    informers.add(client.pods().withLabel(Names.SESSION_LABEL, name).inform(handler(this::pod)));
    informers.add(
        client.secrets().withLabel(Names.SESSION_LABEL, name).inform(handler(this::child)));
    informers.add(
        client.services().withLabel(Names.SESSION_LABEL, name).inform(handler(this::child)));
    informers.add(client.v1().events().inform(handler(this::event)));
  }

  /** The session's. */
  String name() {
    return name;
  }

  /** The current session; empty before it was applied and after it was deleted. */
  Optional<McpSession> session() {
    return session;
  }

  Optional<McpSessionStatus> status() {
    return session.map(McpSession::getStatus);
  }

  boolean isServing(int revision) {
    return status()
        .filter(status -> Integer.valueOf(revision).equals(status.revision()))
        .filter(status -> isReady(Optional.of(status)))
        .isPresent();
  }

  private static boolean isReady(Optional<McpSessionStatus> status) {
    return status
        .flatMap(known -> condition(known, ConditionType.Ready.name()))
        .filter(Condition::isTrue)
        .isPresent();
  }

  private static Optional<Condition> condition(McpSessionStatus status, String type) {
    return conditions(status).stream().filter(c -> c.type().equals(type)).findFirst();
  }

  /**
   * When a fact was first seen, such as "Pod bob-1 Ready", "Event Evicted", "status not Ready"
   * (after it was) or "session gone".
   */
  Optional<Instant> seen(String fact) {
    return Optional.ofNullable(facts.get(fact));
  }

  /** Pods, Secrets and Services of the session that are there now. */
  Set<String> children() {
    return Set.copyOf(children);
  }

  private void see(String who, String fact, String more) {
    if (facts.putIfAbsent(who + " " + fact, Instant.now()) == null) {
      timeline.add(who, fact + more);
    }
  }

  private void session(McpSession seen, boolean deleted) {
    if (!seen.getMetadata().getName().equals(name)) {
      return;
    }
    Optional<McpSession> before = session;
    session = deleted ? Optional.empty() : Optional.of(seen);
    if (deleted) {
      see("session", "gone", "");
      return;
    }
    Optional<String> touched = touched(seen);
    if (touched.isPresent() && !touched.equals(before.flatMap(SessionWatch::touched))) {
      timeline.add("session", Names.LAST_ACTIVE + " is " + touched.get());
    }
    if (seen.getStatus() != null) {
      if (isReady(before.map(McpSession::getStatus)) && !isReady(status())) {
        facts.putIfAbsent("status not Ready", Instant.now());
      }
      String changes = changes(before.map(McpSession::getStatus), seen.getStatus());
      if (!changes.isEmpty()) {
        timeline.add("status", name + ": " + changes);
      }
    }
  }

  private static Optional<String> touched(McpSession session) {
    return Optional.ofNullable(session.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Names.LAST_ACTIVE));
  }

  /** What has changed in the conditions, and which revision serves. */
  private static String changes(Optional<McpSessionStatus> before, McpSessionStatus now) {
    StringJoiner changes = new StringJoiner(", ");
    if (now.podName() != null
        && !before.map(McpSessionStatus::podName).equals(Optional.of(now.podName()))) {
      changes.add("revision " + now.revision() + " serves at " + now.endpoint());
    }
    for (Condition condition : conditions(now)) {
      String words = words(condition);
      if (!before
          .flatMap(status -> condition(status, condition.type()))
          .map(SessionWatch::words)
          .equals(Optional.of(words))) {
        changes.add(words);
      }
    }
    return changes.toString();
  }

  private static List<Condition> conditions(McpSessionStatus status) {
    return Objects.requireNonNullElse(status.conditions(), List.of());
  }

  private static String words(Condition condition) {
    return condition.type() + " " + condition.status() + " (" + condition.reason() + ")";
  }

  private void pod(Pod pod, boolean deleted) {
    child(pod, deleted);
    if (!deleted && pod.isMarkedForDeletion()) {
      see("Pod", pod.getMetadata().getName() + " ending", "");
    } else if (!deleted && Readiness.isPodReady(pod)) {
      see("Pod", pod.getMetadata().getName() + " Ready", " at " + pod.getStatus().getPodIP());
    }
  }

  private void child(HasMetadata child, boolean deleted) {
    String fact = child.getMetadata().getName();
    if (deleted) {
      children.remove(child.getKind() + " " + fact);
      see(child.getKind(), fact + " gone", "");
    } else {
      children.add(child.getKind() + " " + fact);
      see(child.getKind(), fact + " made", "");
    }
  }

  private void event(Event event, boolean deleted) {
    if (!deleted && name.equals(event.getInvolvedObject().getName())) {
      facts.putIfAbsent("Event " + event.getReason(), Instant.now());
      timeline.add("Event", name + ": " + event.getReason() + ": " + event.getMessage());
    }
  }

  private static <T> ResourceEventHandler<T> handler(Sink<T> sink) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T item) {
        sink.accept(item, false);
      }

      @Override
      public void onUpdate(T before, T item) {
        sink.accept(item, false);
      }

      @Override
      public void onDelete(T item, boolean unknown) {
        sink.accept(item, true);
      }
    };
  }

  private interface Sink<T> {
    void accept(T item, boolean deleted);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
