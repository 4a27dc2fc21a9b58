package dev.mcpsession.simulation;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.reconcile.memory.SessionEntry;
import dev.mcpsession.simulation.model.Invariants;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.model.SlowStartRule;
import dev.mcpsession.simulation.model.Truth;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run: without further faults, everything must settle in its desired state without a
 * superfluous write.
 */
final class Quiescence {
  private static final String FOREIGN = ModelEndings.FOREIGN;
  private static final int LONGEST = 150;
  private static final int HOT = 1_000;
  private static final Duration LONGEST_HELD = Duration.ofSeconds(60);
  private static final Duration TOLD = Duration.ofSeconds(60);

  /** From the first failure of a write to the first try after five seconds, and more. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration RECOVERY = Duration.ofSeconds(10);

  /** Within this time after its return an issuer serves all sessions. */
  private static final Duration PROBED = Duration.ofSeconds(35);

  /** From a promotion to the next replacement that is due already. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private static final Duration STRIDE = Duration.ofSeconds(30);

  private final Simulation simulation;
  private final World world;
  private final Truth truth;
  private final boolean repaired;

  /** Whether no finalizer of others holds a deleted session any more. */
  private boolean released;

  private ModelOperator operator;

  Quiescence(Simulation simulation) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.truth = new Truth(world.server);
    this.repaired = world.chance.in(0.7);
    this.released = world.chance.in(0.5);
    this.operator = simulation.lastOperator();
  }

  void check() {
    world.trace.line("quiescence, " + (repaired ? "repaired" : "as it is"));
    world.faults.end();
    world.clock.catchUp();
    release();
    simulation.issuerIsDown(false);
    Instant back = world.clock.instant();
    world.nodes.open();
    if (repaired) {
      simulation.users.repair();
      world.server.quota = Integer.MAX_VALUE;
    }
    checkWhatIsSaidOfWebhooks();
    serveInSpiteOfSlowStarts();
    comeToRest(back);
    if (!released) {
      released = true;
      comeToRest(back);
    }
    require0Writes("another reconcile", operator);
    operator.stop();
    long unrecorded = world.server.sessions.all().stream().filter(this::isSignUnrecorded).count();
    operator = simulation.startOperator();
    int before = operator.api.writes();
    settle();
    Invariants.require(operator.api.writes() - before <= unrecorded, "a restart wrote something");
    everythingGoes();
  }

  /** What cannot be done is told: no session serves without endpoints while nothing is said. */
  private void checkWhatIsSaidOfWebhooks() {
    if (!world.webhooks.anyFails()) {
      return;
    }
    pass(TOLD);
    Set<String> silent = silent();
    if (!silent.isEmpty()) {
      // A Pod that started slowly may have been promoted a moment ago, and what fails is told after
      // five seconds only, by the next try.
      pass(PATIENCE);
      silent.retainAll(silent());
    }
    Invariants.require(silent.isEmpty(), silent + " serve without endpoints, and nothing is said");
    world.webhooks.recover();
    pass(RECOVERY);
    for (McpSession session : world.server.sessions.all()) {
      for (String type : List.of("Ready", "UpToDate")) {
        Condition condition = Truth.condition(session, type);
        Invariants.require(
            condition == null
                || !Truth.isLive(session)
                || !condition.message().contains("keeps failing"),
            Truth.name(session) + " still says what does not fail any more: " + condition);
      }
    }
  }

  /** The sessions that serve without endpoints, while nothing is said. */
  private Set<String> silent() {
    Set<String> silent = new TreeSet<>();
    for (McpSession session : world.server.sessions.all()) {
      Condition upToDate = Truth.condition(session, "UpToDate");
      Service service = truth.service(session);
      boolean reachable =
          Boolean.FALSE.equals(session.getSpec().service())
              || (service != null && !truth.endpoints(service).isEmpty());
      boolean said = (upToDate != null && !upToDate.isTrue()) || anEventTells(session);
      if (Truth.isLive(session) && Truth.reason(session).equals("Serving") && !reachable && !said) {
        silent.add(Truth.name(session));
      }
    }
    return silent;
  }

  private void pass(Duration time) {
    Instant end = world.clock.instant().plus(time);
    while (world.clock.instant().isBefore(end)) {
      simulation.users.use();
      settle();
      pass();
    }
    settle();
  }

  /** All that is left if the status itself cannot be written. */
  private boolean anEventTells(McpSession session) {
    return world.server.events.all().stream()
        .anyMatch(
            event ->
                event.getInvolvedObject().getUid().equals(session.getMetadata().getUid())
                    && event.getMessage().contains("status of McpSession"));
  }

  private void comeToRest(Instant back) {
    String wrong = "";
    for (int i = 0; i < LONGEST; i++) {
      settle();
      world.server.sessions.all().stream()
          .filter(session -> !isInDoubt(session))
          .forEach(operator.events.room()::check);
      Invariants.require(
          operator.outages().isEmpty() || !world.clock.instant().isAfter(back.plus(PROBED)),
          "the issuer is back, and sessions still wait for it");
      wrong = String.join("; ", wrongs());
      if (wrong.isEmpty() && (repaired || i > 40) && !isAboutToAct()) {
        return;
      }
      simulation.users.use();
      release();
      settle();
      pass();
    }
    Invariants.require(false, "does not come to rest: " + wrong);
  }

  /**
   * Whether the operator has planned something for the next second. It promotes a Pod whose token
   * the source has replaced already, and begins the next attempt only then.
   */
  private boolean isAboutToAct() {
    Instant next = operator.events.nextAlarm();
    return (next != null && !next.isAfter(world.clock.instant().plus(SETTLING)))
        || world.server.sessions.all().stream().anyMatch(this::isInDoubt);
  }

  /**
   * Whether the operator takes its own word for a child that no cache shows, which it does for some
   * seconds. Meanwhile that child may have gone, or lost its labels, unseen.
   */
  private boolean isInDoubt(McpSession session) {
    Instant now = world.clock.instant();
    Instant doubt = operator.events.entries().of(SessionKey.of(session)).writes().doubtAt(now);
    return doubt != null && doubt.isAfter(now);
  }

  /**
   * Tokens that are due before a Pod is ready: each session serves all the same, without one Pod
   * after the other.
   */
  private void serveInSpiteOfSlowStarts() {
    if (!world.starts.isZero() && repaired) {
      SlowStartRule rule = new SlowStartRule(truth);
      for (int i = 0; rule.isAnyDown(world.server.sessions.all()); i++) {
        Invariants.require(i < LONGEST, "slow starts keep sessions down");
        simulation.users.use();
        release();
        settle();
        pass();
        settle();
      }
    }
    world.starts = Duration.ZERO;
    world.issuer.life = Duration.ofHours(1);
  }

  private void release() {
    if (released) {
      simulation.users.release();
    } else {
      simulation.users.releaseServices();
    }
  }

  /** Advances to the next timer, but never so far that a session in use becomes idle. */
  private void pass() {
    Instant now = world.clock.instant();
    Instant next = operator.events.nextAlarm();
    Instant change = simulation.kubelet.nextChange();
    if (change != null && (next == null || change.isBefore(next))) {
      next = change;
    }
    Duration wait = next == null ? STRIDE : Duration.between(now, next);
    world.clock.move(wait.compareTo(STRIDE) < 0 ? wait : STRIDE);
  }

  /** Delivers, reconciles and collects until nothing is left to do at this instant. */
  private void settle() {
    for (int i = 0; i < HOT; i++) {
      simulation.kubelet.settle();
      List<Runnable> garbage = simulation.collector.work();
      garbage.forEach(Runnable::run);
      while (operator.events.isBehind()) {
        for (int kind = 0; kind < ModelEvents.KINDS; kind++) {
          operator.events.deliver(kind);
        }
      }
      operator.events.fireDueAlarms();
      boolean answered = operator.answerCall();
      if (!answered
          && operator.events.isIdle()
          && garbage.isEmpty()
          && !operator.events.isBehind()) {
        return;
      }
      operator.reconcileNext();
      world.invariants.check();
    }
    Invariants.require(false, "the operator does not stop to work");
  }

  private void require0Writes(String what, ModelOperator worker) {
    int before = worker.api.writes();
    world.trace.line(what);
    worker.events.enqueueAll();
    settle();
    Invariants.require(worker.api.writes() == before, what + " wrote something");
  }

  private List<String> wrongs() {
    List<String> wrongs = new ArrayList<>();
    for (McpSession session : world.server.sessions.all()) {
      String wrong = wrong(session);
      if (wrong != null) {
        wrongs.add(Truth.name(session) + ": " + wrong);
      }
    }
    boolean anyPod =
        world.server.sessions.all().stream()
            .anyMatch(s -> Truth.isLive(s) && !truth.livePods(s).isEmpty());
    if (anyPod && world.server.budgets.all().isEmpty()) {
      wrongs.add("nothing refuses evictions");
    }
    return wrongs;
  }

  /** What is wrong with the session; null if nothing is. */
  private @Nullable String wrong(McpSession session) {
    if (!Truth.isLive(session)) {
      return isHeld(session) ? null : "is still being deleted";
    } else if (session.hasRevocationFinalizer() != session.getSpec().wantsRevocation()) {
      return "has our finalizer against the spec, or lacks it";
    }
    String reason = Truth.reason(session);
    List<Pod> pods =
        truth.livePods(session).stream().filter(pod -> !world.invariants.isLost(pod)).toList();
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
    return repaired ? notServing(session, pods) : notWaiting(session, status, pods);
  }

  /** Whether only a finalizer of others keeps a deleted session. */
  private boolean isHeld(McpSession session) {
    return !released
        && !Truth.isLive(session)
        && session.getMetadata().getFinalizers().equals(List.of(FOREIGN));
  }

  private List<Secret> secrets(McpSession session) {
    return truth.secrets(session).stream()
        .filter(secret -> !world.invariants.isUntraceable(secret))
        .toList();
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
            && pods.stream().anyMatch(pod -> pod.getSpec().getNodeName() == null);
    if (fitsNowhere) {
      Condition upToDate = Truth.condition(session, "UpToDate");
      return upToDate != null && upToDate.message().contains("was not scheduled within")
          ? null
          : "fits no node, and says only " + upToDate;
    }
    return waits && operator.events.hasAlarm(session) ? null : notServing(session, pods);
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
    if (!image(pod)
            .equals(session.getSpec().podTemplate().spec().getContainers().getFirst().getImage())
        || !Objects.equals(
            annotation(pod, Names.POD_RESTARTED_AT), annotation(session, Names.RESTARTED_AT))) {
      return "serves what is not asked for";
    }
    if (world.nodes.mustLeave(pod)) {
      return "serves on a node that is to go";
    }
    Service service = truth.service(session);
    boolean wanted = !Boolean.FALSE.equals(session.getSpec().service());
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
  private boolean isSignUnrecorded(McpSession session) {
    Activity activity =
        Activity.read(annotation(session, Names.LAST_ACTIVE), world.clock.instant());
    Condition said = Truth.condition(session, "ActivityValid");
    return activity.isGarbage() && said != null && !activity.message().equals(said.message());
  }

  private static @Nullable String annotation(HasMetadata object, String key) {
    return object.getMetadata().getAnnotations() == null
        ? null
        : object.getMetadata().getAnnotations().get(key);
  }

  private static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  /** Checks that sessions are released: at once if tokens can be revoked, else within the limit. */
  private void letGo(Instant deleted) {
    settle();
    Duration held = world.endings.mood == ModelEndings.Mood.ANSWERS ? Duration.ZERO : LONGEST_HELD;
    while (!world.server.sessions.all().isEmpty()) {
      Invariants.require(
          world.clock.instant().isBefore(deleted.plus(held)), "a deleted session is still there");
      pass();
      settle();
    }
  }

  private void everythingGoes() {
    world.ends = Duration.ZERO;
    world.endings.mood = world.chance.oneOf(List.of(ModelEndings.Mood.values()));
    world.trace.line("everything is deleted, the authorization server " + world.endings.mood);
    world.server.sessions.all().forEach(simulation.users::delete);
    simulation.users.release();
    letGo(world.clock.instant());
    for (int i = 0; i < 3; i++) {
      pass();
      settle();
    }
    Stream.of(world.server.pods, world.server.secrets, world.server.services)
        .flatMap(kind -> kind.all().stream())
        .filter(object -> Truth.owner(object) != null)
        .forEach(
            object ->
                Invariants.require(
                    false, object.getKind() + " " + Truth.name(object) + " outlived its session"));
    operator.events.entries().all().forEach(this::requireExists);
  }

  private void requireExists(SessionEntry entry) {
    McpSession session = world.server.sessions.find(entry.key().name());
    Invariants.require(
        session != null && SessionKey.of(session).equals(entry.key()),
        entry.key().name() + " is gone, but something is remembered of it");
  }
}
