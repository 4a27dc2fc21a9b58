package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.EventReason;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan.Slot;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Nothing is remembered of a session that is gone, even if a late caller asks. */
class SessionEntriesTest {
  private static final SessionKey ALICE = new SessionKey("team", "alice", "uid-1");
  private static final SessionKey NAMESAKE = new SessionKey("team", "alice", "uid-2");
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

  private final Set<SessionKey> cached = ConcurrentHashMap.newKeySet();
  private final List<SessionKey> told = new ArrayList<>();
  private final ReplacementSlots slots = new ReplacementSlots(1, told::add);
  private final SessionEntries entries = new SessionEntries(cached::contains, slots);

  @Test
  void aSessionHasOneEntryAndItsNamesakeAnother() {
    cached.add(ALICE);
    SessionEntry entry = entries.of(ALICE);
    assertThat(entries.of(ALICE)).isSameAs(entry);
    gone(ALICE);
    cached.add(NAMESAKE);
    assertThat(entries.of(NAMESAKE)).isNotSameAs(entry);
    assertThat(entries.all()).containsExactly(entries.of(NAMESAKE));
    assertThat(entry.isClosed()).isTrue();
    assertThat(entries.of(NAMESAKE).isClosed()).isFalse();
  }

  @Test
  void whoAsksForASessionThatIsGoneMakesNoEntry() {
    cached.add(ALICE);
    entries.of(ALICE);
    gone(ALICE);
    assertThat(entries.of(ALICE).isClosed()).isTrue();
    entries.of(ALICE).warnings().cameUp(EventReason.TokenIssueFailed, null, NOW);
    entries.of(ALICE).writes().deletedPod("uid");
    assertThat(entries.all()).isEmpty();
  }

  /** The cache is ahead of the events: the session's deletion may still be undelivered. */
  @Test
  void whatTheCacheDoesNotShowHasNoEntryYetOrAnyMore() {
    assertThat(entries.of(ALICE).isClosed()).isTrue();
    assertThat(entries.all()).isEmpty();
    cached.add(ALICE);
    assertThat(entries.of(ALICE).isClosed()).isFalse();
  }

  @Test
  void noTimerIsSetForASessionThatIsGone() {
    cached.add(ALICE);
    SessionEntry entry = entries.of(ALICE);
    List<Instant> alarms = new ArrayList<>();
    CompletableFuture<?> alarm = new CompletableFuture<>();
    entry.timer().set(NOW, noted(alarms, alarm));
    gone(ALICE);
    assertThat(alarm).isCancelled();
    assertThat(entry.timer().at()).isNull();
    entry.timer().set(NOW.plusSeconds(1), noted(alarms, alarm));
    entry.timer().reset(noted(alarms, alarm));
    assertThat(entry.timer().isDue(NOW, NOW, noted(alarms, alarm))).isFalse();
    assertThat(alarms).containsExactly(NOW);
    assertThat(entry.timer().at()).isNull();
  }

  @Test
  void theAnswerOfATokenCallIsNotTakenForASessionThatIsGone() {
    cached.add(ALICE);
    TokenCallState call = entries.of(ALICE).tokenCall();
    long number = call.begin(new TokenCall.InFlight(NOW), "hash", "inputs");
    gone(ALICE);
    TokenInfo info = new TokenInfo(NOW, null, "v1");
    assertThat(call.finish(number, new TokenCall.Issued(info), new Token("s3cr3t", info), null))
        .isFalse();
    assertThat(call.token()).isNull();
  }

  @Test
  void theSlotOfASessionThatIsGoneIsFreeAndStaysFree() {
    SessionKey bob = new SessionKey("team", "bob", "uid-3");
    cached.add(ALICE);
    cached.add(bob);
    SessionEntry entry = entries.of(ALICE);
    slots.settle(entry, Slot.HELD, false);
    slots.settle(entries.of(bob), Slot.WANTED, false);
    gone(ALICE);
    assertThat(told).containsExactly(bob);
    slots.settle(entry, Slot.HELD, true);
    assertThat(isFreeFor(entries.of(bob))).isTrue();
  }

  @RepeatedTest(50)
  void noEntryIsLeftBehindHoweverManyAskMeanwhile() throws Exception {
    cached.add(ALICE);
    CountDownLatch begun = new CountDownLatch(3);
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      askers.add(
          Thread.startVirtualThread(
              () -> {
                begun.countDown();
                for (int j = 0; j < 200; j++) {
                  entries.of(ALICE);
                }
              }));
    }
    begun.await();
    gone(ALICE);
    for (Thread asker : askers) {
      asker.join();
    }
    assertThat(entries.all()).isEmpty();
  }

  /** Deletes the session in the order of an informer. */
  private void gone(SessionKey session) {
    cached.remove(session);
    entries.close(session.uid());
  }

  private static Function<Instant, Future<?>> noted(List<Instant> alarms, Future<?> alarm) {
    return at -> {
      alarms.add(at);
      return alarm;
    };
  }

  private boolean isFreeFor(SessionEntry session) {
    return slots.stateFor(session, Instant.EPOCH).free();
  }
}
