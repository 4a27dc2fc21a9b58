package dev.mcpsession.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.reconcile.PlanApplier;
import dev.mcpsession.reconcile.SessionObserver;
import dev.mcpsession.reconcile.SessionReconciler;
import dev.mcpsession.reconcile.token.Revocations;
import dev.mcpsession.reconcile.token.Revoker;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.reconcile.token.WaitingSessions;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.simulation.model.Killed;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.ModelEndings;
import dev.mcpsession.simulation.rule.DecisionBasis;
import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.Outages;
import dev.mcpsession.token.SecretTokens;
import dev.mcpsession.token.TokenSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One process of the operator: the real reconciler and everything below it, with caches, timers and
 * token calls that advance only on command.
 */
final class ModelOperator {
  final ModelCaches caches;
  final ModelEvents events;
  final FaultyConnection connection;

  private final World world;
  private final String name;
  private final SessionReconciler reconciler;
  private final Set<String> inProgress = new HashSet<>();
  private final List<Runnable> tokenCalls = new ArrayList<>();
  private final List<Runnable> revocations = new ArrayList<>();
  private final List<Instant> lookedAt = new ArrayList<>();
  private final Outages outages;
  private int revoking;
  private boolean dead;

  /**
   * @param earlier whether it is of an earlier version, which does not know the label with the uid
   */
  ModelOperator(World world, String name, boolean earlier, Runnable meanwhile) {
    this.world = world;
    this.name = name;
    world.invariants.processStarted(name);
    this.caches = new ModelCaches(world.server);
    this.connection = new FaultyConnection(world, this, meanwhile);
    FaultyApi api = new FaultyApi(world, this, earlier);
    InstantSource clock = this::look;
    Announcer announcer = new Announcer(api, world.metrics(), clock);
    this.events = new ModelEvents(world, caches);
    SecretTokens secrets = new SecretTokens(caches.tokenSources(), clock);
    Outages outages = new Outages(events::alarm, () -> 0, () -> world.chance.below(100) / 100.0);
    EndpointCalls calls = new EndpointCalls(new CallLimits(20, 10), outages);
    TokenSource issuer = request -> world.issuer.issue(request, calls);
    this.outages = outages;
    TokenCalls tokens =
        new TokenCalls(
            spec -> spec.secret() == null ? issuer : secrets,
            tokenCalls::add,
            clock,
            world.metrics(),
            new WaitingSessions(caches, events.entries(), events::now));
    Revocations revoking =
        new Revocations(
            new Revoker(api, caches, caches.tokenSources(), world.endingRule, world.endings),
            calls,
            revocations::add,
            clock,
            world.metrics(),
            events::now);
    NamespaceBudgets budgets = new NamespaceBudgets(caches);
    reconciler =
        new SessionReconciler(
            new SessionObserver(caches, caches, budgets),
            new PlanApplier(api, tokens, revoking, announcer, budgets, clock, () -> !dead),
            events.entries(),
            events.slots(),
            world.metrics(),
            clock,
            () -> !dead,
            events::wakeAt,
            (namespace, template) -> {},
            context -> List.of());
  }

  private Instant look() {
    Instant now = world.clock.instant();
    lookedAt.add(now);
    return now;
  }

  /** On what the running reconcile may have based its decision. */
  DecisionBasis basis() {
    return new DecisionBasis(events.activity(), lookedAt, caches.seen);
  }

  boolean isDead() {
    return dead;
  }

  /** The process dies: nothing it does from here on has an effect. */
  Killed kill() {
    dead = true;
    world.invariants.processEnded(name);
    world.trace.line(this + " is killed");
    return new Killed();
  }

  /** The process ends between two requests. */
  void stop() {
    dead = true;
    world.invariants.processEnded(name);
    world.trace.line(this + " ends");
  }

  void live() {
    if (dead) {
      throw new Killed();
    }
  }

  /** The endpoints that this process takes to be failing. */
  Set<String> outages() {
    return outages.failing();
  }

  /** Whether calls to the issuer are pending, perhaps forever. */
  boolean hasCalls() {
    return !tokenCalls.isEmpty() || !revocations.isEmpty();
  }

  /**
   * Whether tokens may still be revoked: a try is pending, or runs and waits for the API server.
   * The clock may jump over the whole patience with it before it has got as far as the issuer.
   */
  boolean mayRevoke() {
    return hasCalls() || revoking > 0;
  }

  /** Answers one call to the issuer, if the issuer answers any. */
  boolean answerCall() {
    boolean hangs = world.endings.mood == ModelEndings.Mood.HANGS;
    List<Runnable> calls = tokenCalls.isEmpty() && !hangs ? revocations : tokenCalls;
    if (calls.isEmpty()) {
      return false;
    }
    Runnable call = calls.remove(world.chance.below(calls.size()));
    int running = calls == revocations ? 1 : 0;
    revoking += running;
    try {
      call.run();
    } catch (Killed e) {
      dead = true;
    } finally {
      revoking -= running;
    }
    return true;
  }

  /** Reconciles a session with a pending event; never reconciles one session twice at a time. */
  void reconcileNext() {
    List<String> waiting =
        events.queue().stream().filter(session -> !inProgress.contains(session)).toList();
    if (!caches.areListed() || waiting.isEmpty()) {
      return;
    }
    String session = world.chance.oneOf(waiting);
    events.queue().remove(session);
    if (!events.leadsToReconcile(session)) {
      return;
    }
    inProgress.add(session);
    if (inProgress.size() == 1) {
      lookedAt.clear();
      caches.lookedUp.clear();
      caches.seen.clear();
    }
    world.trace.line(this + " reconciles " + session);
    world.trace.indent();
    events.room().planned(caches.pods(ModelApiServer.NAMESPACE, session));
    try {
      reconciler.reconcile(ModelApiServer.NAMESPACE, session);
      McpSession reconciled = caches.sessions.get(session);
      if (reconciled != null) {
        world.invariants.reconciled(name, reconciled);
      }
    } catch (Killed e) {
      dead = true;
    } finally {
      world.trace.outdent();
      world.invariants.planEnded(name, session);
      inProgress.remove(session);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
