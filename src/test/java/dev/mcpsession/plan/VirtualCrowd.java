package dev.mcpsession.plan;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Sessions of one issuer, with wake-ups and responses in virtual time. */
final class VirtualCrowd {
  private final VirtualTime time;
  private final VirtualIssuer issuer;
  private final List<PlannedSession> sessions = new ArrayList<>();
  private final Map<PlannedSession, Instant> wakeUps = new HashMap<>();
  private final Map<PlannedSession, Integer> begun = new HashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::number));
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private final List<Instant> demands = new ArrayList<>();
  private long numbers;

  private record Event(Instant at, long number, Step step) {}

  private record Ended(PlannedSession session, int number, TokenCall result) {}

  @FunctionalInterface
  private interface Step {
    void run() throws InterruptedException;
  }

  /** All sessions serve, and nothing else has happened yet. */
  VirtualCrowd(VirtualTime time, VirtualIssuer issuer, int size, TokenInfo firstToken) {
    this.time = time;
    this.issuer = issuer;
    Random random = new Random(42);
    for (int i = 0; i < size; i++) {
      // A version 4 UUID, as from the API server.
      UUID uid =
          new UUID(
              (random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | (1L << 63));
      PlannedSession session = new PlannedSession(uid, time.instant());
      session.reconcile(time.instant());
      session.answer(session.callUnderWay(), new TokenCall.Issued(firstToken));
      session.reconcile(time.instant());
      sessions.add(session);
    }
  }

  List<PlannedSession> sessions() {
    return List.copyOf(sessions);
  }

  /** When sessions requested a token, whether or not the limits let the call through at once. */
  List<Instant> demands() {
    return List.copyOf(demands);
  }

  /** Reconciles all sessions now, like a starting operator, and then runs until this instant. */
  void run(Instant until) throws Exception {
    // A virtual thread yields to the calls' threads without waiting for a core.
    try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      thread
          .submit(
              () -> {
                for (PlannedSession session : sessions) {
                  reconcile(session);
                }
                loop(until);
                return null;
              })
          .get();
    }
  }

  private void loop(Instant until) throws InterruptedException {
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event.at().isAfter(until)) {
        return;
      }
      if (event.at().isAfter(time.instant())) {
        time.pass(Duration.between(time.instant(), event.at()));
      }
      event.step().run();
    }
  }

  private void at(Instant at, Step step) {
    events.add(new Event(at, numbers++, step));
  }

  private void reconcile(PlannedSession session) throws InterruptedException {
    Instant now = time.instant();
    Instant wakeAt = session.reconcile(now);
    wakeUps.remove(session);
    if (wakeAt != null) {
      wakeUps.put(session, wakeAt);
      at(wakeAt, () -> wake(session, wakeAt));
    }
    int call = session.callUnderWay();
    if (call != 0 && call != begun.getOrDefault(session, 0)) {
      begun.put(session, call);
      demands.add(now);
      issuer.call(result -> ended.add(new Ended(session, call, result)));
      scheduleAnswers();
    }
  }

  private void scheduleAnswers() {
    for (VirtualIssuer.Answer answer : issuer.takeAnswers()) {
      at(answer.at(), () -> arrive(answer));
    }
  }

  private void arrive(VirtualIssuer.Answer answer) throws InterruptedException {
    answer.arrived().countDown();
    Ended call = ended.take();
    issuer.settle();
    scheduleAnswers();
    call.session().answer(call.number(), call.result());
    reconcile(call.session());
  }

  private void wake(PlannedSession session, Instant at) throws InterruptedException {
    if (at.equals(wakeUps.get(session))) {
      reconcile(session);
    }
  }
}
