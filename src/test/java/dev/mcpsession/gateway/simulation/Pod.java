package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.session.Backend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backend of one session: a server of both eras. */
final class Pod {
  /**
   * What arrives.
   *
   * @param request null: the gateway's own
   * @param client whose the connection is; "" without one
   */
  record Call(
      What what,
      String user,
      String client,
      Optional<String> sessionId,
      @Nullable ModelRequest request,
      String body,
      Optional<String> lastEventId,
      Optional<Preference> preference) {
    Call(
        What what,
        String user,
        String client,
        Optional<String> sessionId,
        @Nullable ModelRequest request) {
      this(what, user, client, sessionId, request, "", Optional.empty(), Optional.empty());
    }
  }

  enum What {
    INITIALIZE,
    INITIALIZED,
    MESSAGE,
    /** An answer to the server. */
    ANSWER,
    CANCEL,
    PREFER,
    GET,
    END
  }

  /** What comes back. */
  sealed interface Reply {
    /** The head of an answer, and what is in it. */
    record Answer(int status, Optional<String> sessionId, String content, Optional<PodFeed> events)
        implements Reply {}

    /** Nothing. */
    record None(boolean sent) implements Reply {}
  }

  final Backend backend;
  final String user;

  /** By id: the client that each was begun for. */
  final Map<String, String> sessions = new HashMap<>();

  /** Likewise what each knows. */
  private final Map<String, PodSession> work = new HashMap<>();

  final Set<String> everGiven = new LinkedHashSet<>();
  private final World world;
  private final Timeline timeline;
  private final Rules rules;
  private final Set<String> processed;
  private final List<Consumer<Reply>> waiting = new ArrayList<>();
  private boolean dead;
  private int given;

  /** Whether it keeps sessions at all. */
  private final boolean keepsSessions;

  Pod(World world, Backend backend, String user, boolean keepsSessions) {
    this.world = world;
    this.timeline = world.timeline;
    this.rules = world.rules;
    this.processed = world.processed;
    this.backend = backend;
    this.user = user;
    this.keepsSessions = keepsSessions;
  }

  boolean isDead() {
    return dead;
  }

  /** What is in flight in it breaks off. */
  void die() {
    dead = true;
    breakOff();
    timeline.trace.line(this + " is gone");
  }

  /** Its node is gone: nobody is told anything. */
  void vanish() {
    dead = true;
    waiting.clear();
    work.values().forEach(it -> it.end(true));
    timeline.trace.line(this + " vanishes");
  }

  /** What this session knows; empty: it is not there. */
  Optional<PodSession> session(String id) {
    return dead ? Optional.empty() : Optional.ofNullable(work.get(id));
  }

  /** Its process starts again: it knows nothing any more. */
  void restart() {
    sessions.clear();
    breakOff();
    work.clear();
    timeline.trace.line(this + " starts again");
  }

  /** It knows nothing of one session any more. */
  void forgetOne() {
    new HashSet<>(sessions.keySet()).stream().sorted().limit(1).forEach(this::forget);
  }

  private void forget(String id) {
    sessions.remove(id);
    PodSession forgotten = work.remove(id);
    if (forgotten != null) {
      forgotten.end(false);
    }
  }

  private void breakOff() {
    List<Consumer<Reply>> broken = List.copyOf(waiting);
    waiting.clear();
    broken.forEach(it -> it.accept(new Reply.None(true)));
    work.values().forEach(it -> it.end(false));
  }

  /** A whole request has arrived. */
  void receive(Call call, Consumer<Reply> reply) {
    rules.require(
        call.user().equals(user), Rules.Rule.OWN_ONLY, call + " reaches the Pod of " + user);
    call.sessionId()
        .ifPresent(
            id ->
                rules.require(
                    everGiven.contains(id),
                    Rules.Rule.OWN_ONLY,
                    "the backend session of " + call + " is another Pod's than " + this));
    if (call.what() == What.CANCEL && call.request() != null) {
      rules.require(
          backend.session().uid().equals(world.madeFor.get(call.request().message.id())),
          Rules.Rule.CANCELLATIONS,
          call.request() + " reaches " + this + " of another session");
    }
    boolean known = call.sessionId().map(sessions::containsKey).orElse(call.what() != What.END);
    if (call.what() == What.INITIALIZE) {
      begin(call, reply);
    } else if (!known) {
      answer(reply, 404, "", 5);
    } else if (call.what() == What.END) {
      call.sessionId().ifPresent(this::forget);
      answer(reply, 200, "", 5);
    } else {
      ofSession(call, reply);
    }
  }

  private void ofSession(Call call, Consumer<Reply> reply) {
    PodSession session = call.sessionId().map(work::get).orElse(null);
    switch (call.what()) {
      case ANSWER -> {
        if (session != null) {
          session.answered(Json.read(call.body()));
        }
        answer(reply, 202, "", 5);
      }
      case CANCEL -> {
        if (session != null) {
          session.cancelled(Json.read(call.body()).path("params").path("requestId").toString());
        }
        answer(reply, 202, "", 5);
      }
      case PREFER -> {
        if (session != null) {
          session.prefers(call.preference().orElseThrow());
        }
        message(call, reply);
      }
      case GET -> {
        if (session == null) {
          answer(reply, 405, "", 5);
        } else {
          Reply opened = session.get(call);
          waiting.add(reply);
          timeline.after(5, () -> done(reply, opened));
        }
      }
      default -> message(call, reply);
    }
  }

  private void begin(Call call, Consumer<Reply> reply) {
    if (!keepsSessions) {
      answer(reply, 200, "", 20);
      return;
    }
    String id = backend.session().uid() + "-" + backend.revision() + "-" + ++given;
    sessions.put(id, call.client());
    work.put(id, new PodSession(world, this, id, call.client()));
    everGiven.add(id);
    waiting.add(reply);
    timeline.after(
        timeline.chance.between(1, 500),
        () -> done(reply, new Reply.Answer(200, Optional.of(id), "", Optional.empty())));
  }

  private void message(Call call, Consumer<Reply> reply) {
    call.sessionId()
        .ifPresent(
            id ->
                rules.require(
                    call.client().equals(sessions.get(id)),
                    Rules.Rule.OWN_ONLY,
                    call + " comes in the session of " + sessions.get(id)));
    ModelRequest request = call.request();
    if (request != null) {
      rules.require(
          processed.add(request.token()),
          Rules.Rule.SENT_ONCE,
          request + " is done twice, the second time by " + this);
      Optional<PodSession> session = call.sessionId().map(work::get);
      if (session.isPresent() && request.message.streamed()) {
        PodFeed events = session.get().stream(request);
        waiting.add(reply);
        timeline.after(
            5, () -> done(reply, new Reply.Answer(200, Optional.empty(), "", Optional.of(events))));
        return;
      }
    }
    answer(reply, 200, request == null ? "" : request.token(), request == null ? 20 : duration());
  }

  private long duration() {
    return timeline.chance.in(0.05)
        ? timeline.chance.between(2_000, 20_000)
        : timeline.chance.between(1, 200);
  }

  private void answer(Consumer<Reply> reply, int status, String content, long after) {
    waiting.add(reply);
    timeline.after(
        after,
        () -> done(reply, new Reply.Answer(status, Optional.empty(), content, Optional.empty())));
  }

  private void done(Consumer<Reply> reply, Reply with) {
    if (waiting.remove(reply)) {
      reply.accept(with);
    }
  }

  @Override
  public String toString() {
    return user + "'s Pod " + backend.session().uid() + "/" + backend.revision();
  }
}
