package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.session.SessionUses.Written;
import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is done in this replica so that one user's session serves, however many requests wait for
 * it. Each change of the session takes it a step further; it has at most one request under way.
 */
final class SessionFlight {
  /** How often it may find that the object of its name has just gone, or has just been made. */
  private static final int TRIES = 5;

  private final SessionStore store;
  private final CreationLimit limit;
  private final Resumes resumes;
  private final Consumer<SessionFlight> over;
  private final McpResource resource;
  private final User user;
  private final String name;
  private final CompletableFuture<Demand> result = new CompletableFuture<>();
  private NotServed pending = Refusals.waits(Cause.STARTING, "The session is starting");
  private int waiting;
  private int tries;
  private boolean calling;
  private @Nullable String made;
  private boolean madeIsGone;

  /**
   * @param over called when it may have come to its end, without locks
   */
  SessionFlight(
      SessionStore store,
      CreationLimit limit,
      Resumes resumes,
      Consumer<SessionFlight> over,
      McpResource resource,
      User user,
      String name) {
    this.store = store;
    this.limit = limit;
    this.resumes = resumes;
    this.over = over;
    this.resource = resource;
    this.user = user;
    this.name = name;
  }

  String namespace() {
    return resource.namespace();
  }

  String name() {
    return name;
  }

  /** One more waits, or is about to. */
  synchronized void enter() {
    waiting++;
  }

  /** Whether nobody waits for it, and nothing is under way. */
  synchronized boolean isOver() {
    return result.isDone() || (waiting == 0 && !calling);
  }

  /**
   * The result for one that has entered.
   *
   * @param patience after which what it waits for is told; zero: at once, as soon as it has begun
   */
  CompletableFuture<Demand> await(Duration patience) {
    CompletableFuture<Demand> answer = result.copy();
    if (patience.isPositive()) {
      answer.orTimeout(Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
    }
    step();
    if (!patience.isPositive()) {
      answer.complete(pending());
    }
    return answer.exceptionally(timeout -> pending()).whenComplete((demand, failure) -> leave());
  }

  private synchronized NotServed pending() {
    return pending;
  }

  private void leave() {
    synchronized (this) {
      waiting--;
    }
    over.accept(this);
  }

  /** The cache does not show this session any more. */
  void deleted(McpSession session) {
    SessionState last = SessionState.of(session, store.template(resource), resource, user.owner());
    if (last instanceof SessionState.GrantRejected(var message)) {
      finish(Refusals.signInAgain(message));
      return;
    }
    synchronized (this) {
      madeIsGone |= session.getMetadata().getUid().equals(made);
    }
    step();
  }

  /** Does what is to be done next, if anything is. */
  void step() {
    Runnable next;
    synchronized (this) {
      next = result.isDone() || calling ? () -> {} : next();
    }
    next.run(); // not in the lock: a request may be answered before this returns
  }

  private Runnable next() {
    McpSessionTemplate template = store.template(resource);
    if (template == null) {
      return end(
          store.isSynced()
              ? Refusals.noTemplate(resource)
              : ApiFailure.away("templates and sessions were not read yet"));
    }
    return switch (store.state(resource, user, name)) {
      case SessionState.Serving(var backend) -> end(new Served(backend));
      case SessionState.Starting(var message) ->
          waits(Cause.STARTING, message.isEmpty() ? "The session is starting" : message);
      case SessionState.SuspendedIdle idle -> resume(idle);
      case SessionState.SuspendedBySpec() -> end(Refusals.suspended());
      case SessionState.Failed(var message, var next) ->
          end(new NotServed(Cause.FAILED, message, store.until(next)));
      case SessionState.GrantMissing(var message, var next) ->
          withoutGrant(store.grantAdvice(user, template).orElse(message), next);
      case SessionState.GrantRejected(var message) -> end(Refusals.signInAgain(message));
      case SessionState.Ending() ->
          waits(Cause.ENDING, "The user's session before this one is still being deleted");
      case SessionState.NotOwned() -> end(Refusals.notOwned(resource, name));
      case SessionState.Absent() -> create(template);
    };
  }

  private Runnable withoutGrant(String message, @Nullable Instant next) {
    return next == null
        ? waits(Cause.STARTING, message)
        : end(new NotServed(Cause.FAILED, message, store.until(next)));
  }

  private Runnable create(McpSessionTemplate template) {
    if (madeIsGone) {
      return end(Refusals.endedAtOnce());
    }
    if (store.isApiSilent()) {
      return end(ApiFailure.away(""));
    }
    if (tries >= TRIES) {
      return end(Refusals.endingAgain());
    }
    Duration wait = limit.take();
    if (wait.isPositive()) {
      return end(Refusals.limited(wait));
    }
    tries++;
    calling = true;
    waits(Cause.STARTING, "The session is starting");
    return () -> {
      var unused = store.create(template, name, user).whenComplete(this::created);
    };
  }

  private void created(@Nullable McpSession session, @Nullable Throwable failure) {
    if (session != null) {
      synchronized (this) {
        made = session.getMetadata().getUid();
      }
      goOn();
    } else if (failure != null) {
      notCreated(failure);
    }
  }

  private void notCreated(Throwable failure) {
    KubernetesClientException refusal = ApiErrors.refusal(failure);
    if (refusal != null) {
      limit.giveBack();
    }
    if (refusal == null || !ApiErrors.isConflict(refusal)) {
      finish(ApiFailure.of(failure, "create the session"));
      return;
    }
    // Somebody else was faster, or a predecessor is still there.
    var unused =
        store
            .read(resource.namespace(), name)
            .whenComplete(
                (nothing, unread) -> {
                  if (unread == null) {
                    goOn();
                  } else {
                    finish(ApiFailure.of(unread, "read the session"));
                  }
                });
  }

  private Runnable resume(SessionState.SuspendedIdle idle) {
    McpSession session = store.session(resource.namespace(), name);
    if (session == null || !resumes.begin(session, idle)) {
      return waits(Cause.STARTING, "The session was suspended for want of use, and is resumed");
    }
    calling = true;
    return () -> {
      var unused = store.use(session).thenAccept(written -> resumed(session, written));
    };
  }

  private void resumed(McpSession session, Written written) {
    if (written instanceof Written.Failed(var why)) {
      resumes.forget(session);
      finish(why);
    } else {
      goOn();
    }
  }

  private void goOn() {
    synchronized (this) {
      calling = false;
    }
    step();
    over.accept(this);
  }

  /** What is told to those who lose patience; nothing is to be done now. */
  private Runnable waits(Cause cause, String message) {
    pending = Refusals.waits(cause, message);
    return () -> {};
  }

  private Runnable end(Demand demand) {
    return () -> finish(demand);
  }

  private void finish(Demand demand) {
    result.complete(demand);
    over.accept(this);
  }
}
