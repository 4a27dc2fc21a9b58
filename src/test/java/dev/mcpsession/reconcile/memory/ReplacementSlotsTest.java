package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan.Slot;
import dev.mcpsession.plan.observed.SlotHolders;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplacementSlotsTest {
  private final List<SessionKey> told = new ArrayList<>();
  private final Map<String, SessionEntry> entries = new HashMap<>();
  private final ReplacementSlots slots = new ReplacementSlots(2, told::add);

  @Test
  void noMoreThanTheLimitHoldASlot() {
    assertThat(slots.settle(entry("a"), Slot.HELD, false)).isTrue();
    assertThat(isFreeFor(entry("b"))).isTrue();
    assertThat(slots.settle(entry("b"), Slot.HELD, false)).isTrue();
    assertThat(isFreeFor(entry("c"))).isFalse();
    assertThat(slots.settle(entry("c"), Slot.HELD, false)).isFalse();
    assertThat(isFreeFor(entry("a"))).isTrue();
    assertThat(slots.settle(entry("a"), Slot.HELD, true)).isTrue();
  }

  @Test
  void whatBeganBeforeARestartKeepsItsSlotBeyondTheLimit() {
    slots.settle(entry("a"), Slot.HELD, true);
    slots.settle(entry("b"), Slot.HELD, true);
    assertThat(slots.settle(entry("c"), Slot.HELD, true)).isTrue();
    slots.settle(entry("a"), Slot.NONE, false);
    assertThat(isFreeFor(entry("d"))).isFalse();
  }

  @Test
  void whoWaitsLongestIsNext() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    slots.settle(entry("d"), Slot.WANTED, false);
    assertThat(told).isEmpty();
    slots.settle(entry("a"), Slot.NONE, false);
    assertThat(told).containsExactly(key("c"));
    assertThat(isFreeFor(entry("c"))).isTrue();
    assertThat(isFreeFor(entry("d"))).isFalse();
    assertThat(isFreeFor(entry("e"))).isFalse();
  }

  @Test
  void whoNoLongerWantsASlotBlocksNobody() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    slots.settle(entry("d"), Slot.WANTED, false);
    slots.settle(entry("c"), Slot.NONE, false);
    slots.settle(entry("b"), Slot.NONE, false);
    assertThat(told).containsExactly(key("d"));
    assertThat(isFreeFor(entry("d"))).isTrue();
  }

  @Test
  void aSessionThatIsGoneGivesItsSlotToTheNext() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    close("a");
    assertThat(told).containsExactly(key("c"));
    assertThat(isFreeFor(entry("c"))).isTrue();
  }

  @Test
  void aSessionThatIsGoneCanGetNoSlotAnyMore() {
    slots.settle(entry("a"), Slot.HELD, false);
    close("a");
    assertThat(isFreeFor(entry("a"))).isFalse();
    assertThat(slots.settle(entry("a"), Slot.HELD, false)).isFalse();
    assertThat(slots.settle(entry("a"), Slot.HELD, true)).isFalse();
    slots.settle(entry("b"), Slot.HELD, false);
    assertThat(isFreeFor(entry("c"))).isTrue();
  }

  @Test
  void aSessionThatIsGoneCanWaitForNoSlotAnyMore() {
    close("a");
    slots.settle(entry("a"), Slot.WANTED, false);
    slots.settle(entry("b"), Slot.HELD, false);
    assertThat(isFreeFor(entry("c"))).isTrue();
    slots.settle(entry("b"), Slot.NONE, false);
    assertThat(told).isEmpty();
  }

  @Test
  void aSessionThatIsGoneFromTheQueueWakesTheNext() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    slots.settle(entry("d"), Slot.WANTED, false);
    slots.settle(entry("a"), Slot.NONE, false);
    told.clear();
    close("c");
    assertThat(told).containsExactly(key("d"));
  }

  @Test
  void aPlaceThatBecomesFreeWhileASessionBeginsToWaitIsNotLost() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    assertThat(isFreeFor(entry("c"))).isFalse();
    slots.settle(entry("a"), Slot.NONE, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    assertThat(told).containsExactly(key("c"));
  }

  @Test
  void namespacesHaveTheirTurnsOneAfterTheOther() {
    slots.settle(entry("x"), Slot.HELD, false);
    slots.settle(entry("y"), Slot.HELD, false);
    for (String name : List.of("a/1", "a/2", "a/3", "b/1", "c/1", "b/2")) {
      slots.settle(entry(name), Slot.WANTED, false);
    }
    assertThat(inTheOrderOfTheirTurns()).containsExactly("a/1", "b/1", "c/1", "a/2", "b/2", "a/3");
  }

  @Test
  void aNamespaceThatComesLateHasItsTurnBeforeTheSecondOfAnother() {
    slots.settle(entry("x"), Slot.HELD, false);
    slots.settle(entry("y"), Slot.HELD, false);
    IntStream.range(0, 100).forEach(i -> slots.settle(entry("a/" + i), Slot.WANTED, false));
    slots.settle(entry("b/1"), Slot.WANTED, false);
    assertThat(inTheOrderOfTheirTurns()).startsWith("a/0", "b/1", "a/1");
  }

  /** Ends one replacement after the other; each woken session takes its place. */
  private List<String> inTheOrderOfTheirTurns() {
    List<String> order = new ArrayList<>();
    Deque<SessionEntry> running = new ArrayDeque<>(List.of(entry("x"), entry("y")));
    while (!running.isEmpty()) {
      told.clear();
      slots.settle(running.removeFirst(), Slot.NONE, true);
      for (SessionKey next : List.copyOf(told)) {
        String name = next.namespace() + "/" + next.name();
        assertThat(slots.settle(entry(name), Slot.HELD, false)).as(name).isTrue();
        order.add(name);
        running.addLast(entry(name));
      }
    }
    return order;
  }

  @Test
  void aCandidateThatIsNotScheduledGivesItsPlaceToTheNext() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    slots.settle(entry("a"), Slot.UNSCHEDULED, true);
    assertThat(told).containsExactly(key("c"));
    assertThat(slots.settle(entry("c"), Slot.HELD, false)).isTrue();
    assertThat(slots.count()).isEqualTo(new ReplacementSlots.Count(2, 1, 0));
  }

  @Test
  void oneThatIsScheduledAfterAllCountsAgain() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("a"), Slot.UNSCHEDULED, true);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.HELD, false);
    slots.settle(entry("a"), Slot.HELD, true);
    slots.settle(entry("b"), Slot.NONE, true);
    assertThat(isFreeFor(entry("d"))).isFalse();
    slots.settle(entry("c"), Slot.NONE, true);
    assertThat(isFreeFor(entry("d"))).isTrue();
  }

  @Test
  void moreUnscheduledCandidatesThanPlacesKeepTheirsUntilSomebodyWaits() {
    for (String name : List.of("a", "b", "c")) {
      assertThat(slots.settle(entry(name), Slot.HELD, false)).isTrue();
      slots.settle(entry(name), Slot.UNSCHEDULED, true);
    }
    assertThat(slots.settle(entry("d"), Slot.HELD, false)).isTrue();
    assertThat(isNeeded("a") || isNeeded("b") || isNeeded("c")).isFalse();
    slots.settle(entry("e"), Slot.WANTED, false);
    assertThat(isNeeded("c")).isTrue();
    assertThat(isNeeded("a") || isNeeded("b")).isFalse();
    assertThat(told).containsExactly(key("c"));
    slots.settle(entry("c"), Slot.NONE, true);
    assertThat(told).containsExactly(key("c"), key("e"));
    assertThat(isFreeFor(entry("e"))).isTrue();
  }

  @Test
  void whoeverWaitsIsToldWhichNamespacesHoldThePlacesAndTheWordsStayForAWhile() {
    slots.settle(entry("a/1"), Slot.HELD, false);
    slots.settle(entry("b/1"), Slot.HELD, false);
    Instant now = Instant.EPOCH;
    SlotHolders holders = slots.stateFor(entry("c/1"), now).holders();
    assertThat(holders.limit()).isEqualTo(2);
    assertThat(holders.namespaces())
        .containsExactly(new SlotHolders.Holder("a", 1), new SlotHolders.Holder("b", 1));
    slots.settle(entry("c/1"), Slot.WANTED, false);
    slots.settle(entry("a/1"), Slot.NONE, true);
    slots.settle(entry("b/2"), Slot.HELD, true);
    assertThat(slots.stateFor(entry("c/1"), now.plusSeconds(299)).holders()).isEqualTo(holders);
    assertThat(slots.stateFor(entry("c/1"), holders.renewAt()).holders().namespaces())
        .containsExactly(new SlotHolders.Holder("b", 2));
  }

  @Test
  void aSessionThatIsBeingDeletedHoldsNothingAndWaitsForNothing() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    slots.settle(entry("d"), Slot.WANTED, false);
    leave("c");
    leave("a");
    assertThat(told).containsExactly(key("d"));
    assertThat(slots.settle(entry("c"), Slot.HELD, false)).isFalse();
    slots.settle(entry("c"), Slot.WANTED, false);
    slots.settle(entry("a"), Slot.HELD, true);
    assertThat(slots.count()).isEqualTo(new ReplacementSlots.Count(1, 0, 1));
  }

  @Test
  void oneWhoseRequestsKeepFailingBlocksNobody() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    slots.settle(entry("d"), Slot.WANTED, false);
    slots.release(entry("c"));
    slots.release(entry("a"));
    assertThat(told).containsExactly(key("d"));
  }

  @Test
  void whatIsUnderWayHasItsPlaceBeforeANewLeaderBeginsAnything() {
    Attempt attempt = new Attempt(2, Cause.RESTART, Instant.EPOCH, "");
    slots.resume(entry("a"), status(attempt, null));
    slots.resume(entry("b"), status(attempt, Instant.EPOCH));
    slots.resume(entry("c"), status(null, null));
    slots.resume(entry("d"), null);
    assertThat(slots.count()).isEqualTo(new ReplacementSlots.Count(1, 0, 0));
  }

  private static McpSessionStatus status(@Nullable Attempt attempt, @Nullable Instant next) {
    return new McpSessionStatus(
        1L, 1, "x-1", null, null, null, null, null, attempt, 0, next, List.of());
  }

  private boolean isNeeded(String name) {
    return slots.stateFor(entry(name), Instant.EPOCH).needed();
  }

  private void leave(String name) {
    entry(name).leave();
    slots.giveBack(entry(name));
  }

  private void close(String name) {
    entry(name).close();
    slots.giveBack(entry(name));
  }

  private SessionEntry entry(String name) {
    return entries.computeIfAbsent(name, session -> new SessionEntry(key(session)));
  }

  /** A name may begin with its namespace and a slash. */
  private static SessionKey key(String name) {
    int slash = name.indexOf('/');
    return new SessionKey(
        slash < 0 ? "team" : name.substring(0, slash), name.substring(slash + 1), "uid-" + name);
  }

  private boolean isFreeFor(SessionEntry session) {
    return slots.stateFor(session, Instant.EPOCH).free();
  }
}
