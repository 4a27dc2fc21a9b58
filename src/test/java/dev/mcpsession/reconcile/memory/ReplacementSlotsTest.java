package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplacementSlotsTest {
  private final List<SessionKey> told = new ArrayList<>();
  private final Map<String, SessionEntry> entries = new HashMap<>();
  private final ReplacementSlots slots = new ReplacementSlots(2, told::add);

  @Test
  void noMoreThanTheLimitHoldASlot() {
    assertThat(slots.settle(entry("a"), Slot.HELD, false)).isTrue();
    assertThat(slots.isFreeFor(entry("b"))).isTrue();
    assertThat(slots.settle(entry("b"), Slot.HELD, false)).isTrue();
    assertThat(slots.isFreeFor(entry("c"))).isFalse();
    assertThat(slots.settle(entry("c"), Slot.HELD, false)).isFalse();
    assertThat(slots.isFreeFor(entry("a"))).isTrue();
    assertThat(slots.settle(entry("a"), Slot.HELD, true)).isTrue();
  }

  @Test
  void whatBeganBeforeARestartKeepsItsSlotBeyondTheLimit() {
    slots.settle(entry("a"), Slot.HELD, true);
    slots.settle(entry("b"), Slot.HELD, true);
    assertThat(slots.settle(entry("c"), Slot.HELD, true)).isTrue();
    slots.settle(entry("a"), Slot.NONE, false);
    assertThat(slots.isFreeFor(entry("d"))).isFalse();
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
    assertThat(slots.isFreeFor(entry("c"))).isTrue();
    assertThat(slots.isFreeFor(entry("d"))).isFalse();
    assertThat(slots.isFreeFor(entry("e"))).isFalse();
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
    assertThat(slots.isFreeFor(entry("d"))).isTrue();
  }

  @Test
  void aSessionThatIsGoneGivesItsSlotToTheNext() {
    slots.settle(entry("a"), Slot.HELD, false);
    slots.settle(entry("b"), Slot.HELD, false);
    slots.settle(entry("c"), Slot.WANTED, false);
    close("a");
    assertThat(told).containsExactly(key("c"));
    assertThat(slots.isFreeFor(entry("c"))).isTrue();
  }

  @Test
  void aSessionThatIsGoneCanGetNoSlotAnyMore() {
    slots.settle(entry("a"), Slot.HELD, false);
    close("a");
    assertThat(slots.isFreeFor(entry("a"))).isFalse();
    assertThat(slots.settle(entry("a"), Slot.HELD, false)).isFalse();
    assertThat(slots.settle(entry("a"), Slot.HELD, true)).isFalse();
    slots.settle(entry("b"), Slot.HELD, false);
    assertThat(slots.isFreeFor(entry("c"))).isTrue();
  }

  @Test
  void aSessionThatIsGoneCanWaitForNoSlotAnyMore() {
    close("a");
    slots.settle(entry("a"), Slot.WANTED, false);
    slots.settle(entry("b"), Slot.HELD, false);
    assertThat(slots.isFreeFor(entry("c"))).isTrue();
    slots.settle(entry("b"), Slot.NONE, false);
    assertThat(told).isEmpty();
  }

  private void close(String name) {
    entry(name).close();
    slots.giveBack(entry(name));
  }

  private SessionEntry entry(String name) {
    return entries.computeIfAbsent(name, session -> new SessionEntry(key(session)));
  }

  private static SessionKey key(String name) {
    return new SessionKey("team", name, "uid-" + name);
  }
}
