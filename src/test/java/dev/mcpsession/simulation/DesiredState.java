package dev.mcpsession.simulation;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whether the sessions are as they are asked for, or say and await what keeps them from it. */
final class DesiredState {
  private static final String FOREIGN = ModelEndings.FOREIGN;

  private final World world;
  private final Settling settling;
  private final Truth truth;
  private final boolean repaired;

  /**
   * @param repaired whether nothing keeps a session from what is asked for
   */
  DesiredState(World world, Settling settling, boolean repaired) {
    this.world = world;
    this.settling = settling;
    this.truth = new Truth(world.server);
    this.repaired = repaired;
  }

  /** What is wrong, a sentence without its end each. */
  List<String> wrongs() {
    List<String> wrongs = new ArrayList<>();
    for (McpSession session : world.server.sessions.all()) {
      String wrong = wrong(session);
      if (wrong != null) {
        wrongs.add(Truth.name(session) + ": " + wrong);
      }
    }
    boolean anyPod = isAny(session -> !knownPods(session).isEmpty());
    if (anyPod && world.server.budgets.all().isEmpty()) {
      wrongs.add("nothing refuses evictions");
    }
    return wrongs;
  }

  private List<Pod> knownPods(McpSession session) {
    return truth.livePods(session).stream().filter(pod -> !world.invariants.isLost(pod)).toList();
  }

  /** What is wrong with the session; null if nothing is. */
  private @Nullable String wrong(McpSession session) {
    if (!Truth.isLive(session)) {
      return isHeld(session) ? null : "is still being deleted";
    } else if (!truth.lacksTemplate(session)
        && session.hasRevocationFinalizer() != truth.spec(session).wantsRevocation()) {
      return "has our finalizer against the spec, or lacks it";
    }
    String reason = Truth.reason(session);
    List<Pod> pods = knownPods(session);
    if (Boolean.TRUE.equals(session.getSpec().suspend()) || reason.equals("SuspendedIdle")) {
      return !reason.startsWith("Suspended")
          ? "is to be suspended, and is " + reason
          : !pods.isEmpty() || !secrets(session).isEmpty()
              ? "is suspended, and has Pods or Secrets"
              : null;
    }
    McpSessionStatus status = session.getStatus();
    if (status == null) {
      return "has no status";
    }
    TreeSet<String> named = new TreeSet<>();
    if (status.servingSince() != null) {
      named.add(Truth.name(session) + "-" + status.revision());
    }
    if (status.attempt() != null) {
      named.add(Truth.name(session) + "-" + status.attempt().revision());
    }
    for (HasMetadata secret : secrets(session)) {
      if (!named.contains(Truth.name(secret))) {
        return "no status names Secret " + Truth.name(secret);
      }
    }
    return !truth.isUsable(session)
        ? notStaying(session, pods)
        : repaired ? notServing(session, pods) : notWaiting(session, status, pods);
  }

  /** Whether only a finalizer of others keeps a deleted session. */
  private boolean isHeld(McpSession session) {
    return !settling.isReleased()
        && !Truth.isLive(session)
        && session.getMetadata().getFinalizers().equals(List.of(FOREIGN));
  }

  private List<Secret> secrets(McpSession session) {
    return truth.secrets(session).stream()
        .filter(secret -> !world.invariants.isUntraceable(secret))
        .toList();
  }

  /** Nothing is begun without a template; what serves goes on, and the reason is said. */
  private @Nullable String notStaying(McpSession session, List<Pod> pods) {
    String said = truth.lacksTemplate(session) ? "there is no McpSessionTemplate" : "is invalid";
    boolean others =
        pods.stream()
            .map(Truth::name)
            .anyMatch(name -> !name.equals(Truth.name(session) + "-" + Truth.revision(session)));
    return others
        ? "has Pods without a template"
        : says(session, said) || Truth.reason(session).equals("NameConflict")
            ? null
            : "does not say what its template lacks, but " + Truth.condition(session, "UpToDate");
  }

  private @Nullable String notWaiting(McpSession session, McpSessionStatus status, List<Pod> pods) {
    boolean waits =
        status.nextAttemptTime() != null
            || status.attempt() != null
            || List.of("NameConflict", "StartFailed").contains(Truth.reason(session));
    if (pods.size() > 2) {
      return "has too many Pods";
    }
    // A Service whose name is taken keeps a session from starting as well, and is told first.
    boolean fitsNowhere =
        status.nextAttemptTime() == null
            && !Truth.reason(session).equals("NameConflict")
            && hasUnscheduled(pods);
    if (fitsNowhere) {
      // Sessions that fit no node take turns, each for less than its startup timeout.
      boolean told =
          says(session, "was not scheduled within")
              || (says(session, "not scheduled: ") && isAny(this::waitsForAPlace));
      return told ? null : "fits no node, and says only " + Truth.condition(session, "UpToDate");
    }
    if (waitsForAPlace(session) && isAny(other -> hasUnscheduled(knownPods(other)))) {
      return null;
    }
    return waits && settling.operator().events.hasAlarm(session) ? null : notServing(session, pods);
  }

  private static boolean hasUnscheduled(List<Pod> pods) {
    return pods.stream().anyMatch(pod -> pod.getSpec().getNodeName() == null);
  }

  /** Whether all concurrent replacements that are allowed are those of other sessions. */
  boolean waitsForAPlace(McpSession session) {
    return says(session, " waits for one of the ");
  }

  private static boolean says(McpSession session, String words) {
    Condition upToDate = Truth.condition(session, "UpToDate");
    return upToDate != null && upToDate.message().contains(words);
  }

  private boolean isAny(Predicate<McpSession> property) {
    return world.server.sessions.all().stream().filter(Truth::isLive).anyMatch(property);
  }

  private @Nullable String notServing(McpSession session, List<Pod> pods) {
    Condition upToDate = Truth.condition(session, "UpToDate");
    if (!Truth.reason(session).equals("Serving")) {
      return "is not serving but " + Truth.reason(session);
    } else if (upToDate == null || !upToDate.isTrue()) {
      return "is not up to date but " + upToDate;
    } else if (pods.size() != 1
        || !Truth.name(pods.getFirst()).equals(Truth.podName(session))
        || !Truth.isReady(pods.getFirst())) {
      return "has not one ready Pod";
    }
    Instant renewal = Objects.requireNonNull(session.getStatus()).renewalTime();
    if (renewal != null && !world.clock.instant().isBefore(renewal)) {
      return "serves with a token that is due";
    }
    Pod pod = pods.getFirst();
    if (!Truth.image(pod).equals(Truth.image(truth.spec(session).backend()))
        || !Objects.equals(
            annotation(pod, Names.POD_RESTARTED_AT), annotation(session, Names.RESTARTED_AT))) {
      return "serves what is not asked for";
    }
    if (world.nodes.mustLeave(pod)) {
      return "serves on a node that is to go";
    }
    Service service = truth.service(session);
    boolean wanted = truth.wantsService(session);
    if (!wanted && service != null && !ModelCaches.isManaged(service)) {
      // Unseen without its labels; it goes with its session, and leads to its own Pods or nowhere.
      return null;
    }
    return wanted != (service != null)
        ? "has a Service against the spec, or none"
        : service != null && !truth.endpoints(service).equals(pods)
            ? "has a Service that leads elsewhere"
            : null;
  }

  /**
   * Whether invalid activity changed within a fifth of the idle timeout: only the process that saw
   * it knows since when, and the next one records the moment at which it notices.
   */
  boolean isSignUnrecorded(McpSession session) {
    Activity activity =
        Activity.read(annotation(session, Names.LAST_ACTIVE), world.clock.instant());
    Condition said = Truth.condition(session, "ActivityValid");
    return activity.isGarbage() && said != null && !said.message().startsWith(activity.message());
  }

  private static @Nullable String annotation(HasMetadata object, String key) {
    return object.getMetadata().getAnnotations() == null
        ? null
        : object.getMetadata().getAnnotations().get(key);
  }
}
