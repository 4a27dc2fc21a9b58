package dev.mcpsession.simulation.model;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What must hold at every moment, checked against the API server's state. */
public final class Invariants {
  private static final int MOST_PODS = 3;

  private final ModelApiServer server;
  private final Truth truth;
  private final VirtualClock clock;
  private final ModelIssuer issuer;
  private final WriterClocks writers;
  private final boolean calm;
  private final boolean alone;
  private final boolean upgraded;

  private final Map<String, Integer> revisions = new HashMap<>();
  private final Set<String> emptied = new HashSet<>();
  private final Set<String> renumbered = new HashSet<>();
  private final Set<String> served = new HashSet<>();
  private final Set<String> untraceable = new HashSet<>();

  /** Secrets whose Pods somebody deleted while the status named their numbers. */
  private final Set<String> withoutPod = new HashSet<>();

  private final Set<String> lostPods = new HashSet<>();
  private int processes;

  /**
   * @param calm whether nothing but users and faults of the operator disturbs a session
   * @param alone whether there is one operator at a time
   * @param upgraded whether there may be Services that select without the session's uid
   */
  public Invariants(
      ModelApiServer server,
      VirtualClock clock,
      ModelIssuer issuer,
      WriterClocks writers,
      boolean calm,
      boolean alone,
      boolean upgraded) {
    this.server = server;
    this.truth = new Truth(server);
    this.clock = clock;
    this.issuer = issuer;
    this.writers = writers;
    this.calm = calm;
    this.alone = alone;
    this.upgraded = upgraded;
  }

  /**
   * Someone emptied the status: numbers may start anew. While no process runs, nobody knows any
   * more of Pods that lack the labels that informers select.
   */
  public void statusEmptied(McpSession session) {
    revisions.remove(Truth.uid(session));
    emptied.add(Truth.uid(session));
    renumbered.add(Truth.uid(session));
    for (Secret secret : truth.secrets(session)) {
      Pod pod = server.pods.find(Truth.name(secret));
      if (pod == null || !Truth.isLive(pod) || !Truth.uid(session).equals(Truth.owner(pod))) {
        untraceable.add(Truth.uid(secret));
      }
    }
    if (processes == 0) {
      unlabelled(session).forEach(this::lose);
    }
  }

  /** A process of the operator started. */
  public void processStarted() {
    processes++;
  }

  /**
   * Someone deleted a Pod. Once no status names its number, only that Pod pointed to its Secret,
   * which then stays as long as its session. That holds if the status has already dropped the
   * number, or if the process that will drop it ends before it has deleted the Secret.
   */
  public void podTaken(McpSession session, Pod pod) {
    Secret secret = server.secrets.find(Truth.name(pod));
    if (secret != null && isNamed(pod, session)) {
      withoutPod.add(Truth.uid(secret));
    } else if (secret != null) {
      untraceable.add(Truth.uid(secret));
    }
  }

  /** Whether the status names a child's number, as that which serves or is attempted. */
  private static boolean isNamed(HasMetadata child, McpSession session) {
    McpSessionStatus status = session.getStatus();
    int attempt = status == null || status.attempt() == null ? 0 : status.attempt().revision();
    return Truth.name(child).equals(Truth.podName(session))
        || Truth.name(child).equals(Truth.name(session) + "-" + attempt);
  }

  /**
   * A process of the operator ended. What it alone knew is lost: Pods without the labels that
   * informers select, whose numbers no status names, and their Secrets; Secrets whose Pods somebody
   * deleted, and which it had yet to delete.
   */
  public void processEnded() {
    processes--;
    for (McpSession session : server.sessions.all()) {
      unlabelled(session).filter(pod -> !isNamed(pod, session)).forEach(this::lose);
      truth.secrets(session).stream()
          .filter(secret -> !isNamed(secret, session))
          .map(Truth::uid)
          .filter(withoutPod::contains)
          .forEach(untraceable::add);
    }
  }

  private Stream<Pod> unlabelled(McpSession session) {
    return truth.livePods(session).stream().filter(pod -> !ModelCaches.isManaged(pod));
  }

  /** Nobody knows of this Pod any more, and only it pointed to its Secret. */
  private void lose(Pod pod) {
    lostPods.add(Truth.uid(pod));
    Secret secret = server.secrets.find(Truth.name(pod));
    if (secret != null) {
      untraceable.add(Truth.uid(secret));
    }
  }

  public boolean isLost(Pod pod) {
    return lostPods.contains(Truth.uid(pod)) && !ModelCaches.isManaged(pod);
  }

  public boolean isUntraceable(Secret secret) {
    return untraceable.contains(Truth.uid(secret));
  }

  public static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Checks everything that the current state alone shows. */
  public void check() {
    for (McpSession session : server.sessions.all()) {
      checkNumbers(session);
      checkPods(session);
      if (calm) {
        checkGap(session);
      }
    }
  }

  private void checkNumbers(McpSession session) {
    int revision = Truth.revision(session);
    int before = revisions.getOrDefault(Truth.uid(session), 0);
    String name = Truth.name(session);
    require(revision >= before, name + " went back from revision " + before + " to " + revision);
    revisions.put(Truth.uid(session), revision);
    String pod = Truth.podName(session);
    require(
        pod == null || pod.equals(name + "-" + revision),
        name + " names Pod " + pod + " with revision " + revision);
    McpSessionStatus status = session.getStatus();
    require(
        status == null || status.attempt() == null || status.attempt().revision() > revision,
        name + " attempts a number that served already");
  }

  private void checkPods(McpSession session) {
    int live = truth.livePods(session).size();
    require(
        live <= MOST_PODS || !alone,
        Truth.name(session) + " has " + live + " Pods that are not being deleted");
    Service service = truth.service(session);
    if (service != null) {
      boolean byUid = service.getSpec().getSelector().containsKey(Names.SESSION_UID_LABEL);
      for (Pod pod : truth.endpoints(service)) {
        String owner = Truth.owner(pod);
        // Whoever takes a Pod's owner reference is noticed a moment later.
        require(
            owner == null || Truth.uid(session).equals(owner) || (upgraded && !byUid),
            "Service " + Truth.name(service) + " leads to another session's " + Truth.name(pod));
      }
    }
  }

  private void checkGap(McpSession session) {
    String uid = Truth.uid(session);
    Service service = truth.service(session);
    boolean serves = service != null && !truth.endpoints(service).isEmpty();
    if (serves && Truth.podName(session) != null) {
      served.add(uid);
    } else if (isStoppedRightly(session)) {
      served.remove(uid);
    }
    require(serves || !served.contains(uid), Truth.name(session) + " has no ready backend");
  }

  private boolean isStoppedRightly(McpSession session) {
    McpSessionSpec spec = session.getSpec();
    String reason = Truth.reason(session);
    return !Truth.isLive(session)
        || Boolean.FALSE.equals(spec.service())
        || Boolean.TRUE.equals(spec.suspend())
        || (Truth.podName(session) == null
            && (reason.equals("Suspended")
                || reason.equals("SuspendedIdle")
                || expired.contains(Truth.uid(session))));
  }

  /** Sessions that were stopped because their token had expired. */
  private final Set<String> expired = new HashSet<>();

  /** An eviction that the API server accepted. */
  public void evicted(McpSession session, SeenActivity seen, List<Instant> decidedAt) {
    McpSessionSpec spec = session.getSpec();
    Integer lifetime = spec.maxLifetimeSeconds();
    Instant created = Instant.parse(session.getMetadata().getCreationTimestamp());
    boolean lived =
        lifetime != null
            && decidedAt.stream().anyMatch(at -> !at.isBefore(created.plusSeconds(lifetime)));
    boolean rejected = spec.token() != null && issuer.hasRejected(Truth.uid(session));
    boolean idle =
        !Boolean.TRUE.equals(spec.suspend())
            && !spec.suspendsWhenIdle()
            && decidedAt.stream().anyMatch(at -> isIdle(session, seen, at));
    require(
        lived || rejected || idle,
        Truth.name(session)
            + " was evicted at "
            + clock.instant()
            + " without a reason; lastActive "
            + IdleRule.annotation(session)
            + ", status "
            + Words.of(session.getStatus()));
  }

  private boolean isIdle(McpSession session, SeenActivity seen, Instant at) {
    return IdleRule.isOver(session, writers, seen.lastUse(session), at);
  }

  /**
   * The session that a decision was based on must be what the API server has under that version.
   */
  public void decidedOn(McpSession decidedOn, McpSession before) {
    ObjectMeta seen = decidedOn.getMetadata();
    ObjectMeta stored = before.getMetadata();
    require(
        decidedOn.getSpec().equals(before.getSpec())
            && Objects.equals(seen.getAnnotations(), stored.getAnnotations())
            && Objects.equals(seen.getGeneration(), stored.getGeneration())
            && Objects.equals(seen.getDeletionTimestamp(), stored.getDeletionTimestamp())
            && seen.getFinalizers().equals(stored.getFinalizers()),
        Truth.name(before) + " was never as it was decided on");
  }

  /** A status that the API server accepted. */
  public void statusWritten(
      McpSession before, McpSession after, SeenActivity seen, List<Instant> decidedAt) {
    String uid = Truth.uid(before);
    require(uid.equals(Truth.uid(after)), "the status of a namesake was written");
    emptied.remove(uid);
    boolean suspends =
        Truth.reason(after).equals("SuspendedIdle")
            && !Truth.reason(before).equals("SuspendedIdle");
    require(
        !suspends
            || (!Boolean.TRUE.equals(before.getSpec().suspend())
                && before.getSpec().suspendsWhenIdle()
                && decidedAt.stream().anyMatch(at -> isIdle(before, seen, at))),
        Truth.name(before) + " was suspended while it was in use");
    String pod = Truth.podName(before);
    Pod served = pod == null ? null : server.pods.find(pod);
    Instant expiry = served == null ? null : Truth.tokenExpiry(served);
    if (pod != null && Truth.podName(after) == null && expiry != null) {
      if (decidedAt.stream().anyMatch(at -> !at.isBefore(expiry))) {
        expired.add(uid);
      }
    } else if (Truth.podName(after) != null) {
      expired.remove(uid);
    }
  }

  /** A Secret or Pod is created only for a number that the status names at that moment. */
  public void childMade(HasMetadata child) {
    String owner = Truth.owner(child);
    McpSession session = owner == null ? null : server.sessionOf(owner);
    if (session == null) {
      return;
    } else if (emptied.contains(owner) || (!alone && renumbered.contains(owner))) {
      // Decided on a status that is lost; or its number is that of an earlier Pod, which the other
      // operator still sees and takes for this one's.
      untraceable.add(Truth.uid(child));
      return;
    }
    McpSessionStatus status = session.getStatus();
    boolean named =
        status != null
            && status.attempt() != null
            && Truth.name(child).equals(Truth.name(session) + "-" + status.attempt().revision());
    if (!named && !alone) {
      // An operator cannot know that the other one has meanwhile given up this number.
      untraceable.add(Truth.uid(child));
      return;
    }
    require(named, Truth.name(child) + " was made, which the status does not name");
    Secret secret = server.secrets.find(Truth.name(child));
    require(
        !(child instanceof Pod)
            || secret == null
            || !owner.equals(Truth.owner(secret))
            || Truth.token(child).equals(Truth.token(secret)),
        Truth.name(child) + " says of its token what its Secret does not");
  }

  /**
   * A child that the operator changed or deleted.
   *
   * @param sessions uids that the operator was working for
   */
  public void childChanged(HasMetadata child, Set<String> sessions) {
    @Nullable String owner = Truth.owner(child);
    require(
        owner != null && sessions.contains(owner),
        Truth.name(child) + " of " + owner + " was changed by the operator of " + sessions);
  }
}
