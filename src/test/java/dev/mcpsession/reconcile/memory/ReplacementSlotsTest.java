package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan.Slot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplacementSlotsTest {
  private final List<SessionKey> told = new ArrayList<>();
  private final ReplacementSlots slots = new ReplacementSlots(2, told::add);

  @Test
  void noMoreThanTheLimitHoldAPlace() {
    assertThat(slots.settle(key("a"), Slot.HELD, false)).isTrue();
    assertThat(slots.isFreeFor(key("b"))).isTrue();
    assertThat(slots.settle(key("b"), Slot.HELD, false)).isTrue();
    assertThat(slots.isFreeFor(key("c"))).isFalse();
    assertThat(slots.settle(key("c"), Slot.HELD, false)).isFalse();
    assertThat(slots.isFreeFor(key("a"))).isTrue();
    assertThat(slots.settle(key("a"), Slot.HELD, true)).isTrue();
  }

  @Test
  void whatBeganBeforeARestartKeepsItsPlaceBeyondTheLimit() {
    slots.settle(key("a"), Slot.HELD, true);
    slots.settle(key("b"), Slot.HELD, true);
    assertThat(slots.settle(key("c"), Slot.HELD, true)).isTrue();
    slots.settle(key("a"), Slot.NONE, false);
    assertThat(slots.isFreeFor(key("d"))).isFalse();
  }

  @Test
  void whoWaitsLongestIsNext() {
    slots.settle(key("a"), Slot.HELD, false);
    slots.settle(key("b"), Slot.HELD, false);
    slots.settle(key("c"), Slot.WANTED, false);
    slots.settle(key("d"), Slot.WANTED, false);
    assertThat(told).isEmpty();
    slots.settle(key("a"), Slot.NONE, false);
    assertThat(told).containsExactly(key("c"));
    assertThat(slots.isFreeFor(key("c"))).isTrue();
    assertThat(slots.isFreeFor(key("d"))).isFalse();
    assertThat(slots.isFreeFor(key("e"))).isFalse();
  }

  @Test
  void whoNoLongerWantsAPlaceBlocksNobody() {
    slots.settle(key("a"), Slot.HELD, false);
    slots.settle(key("b"), Slot.HELD, false);
    slots.settle(key("c"), Slot.WANTED, false);
    slots.settle(key("d"), Slot.WANTED, false);
    slots.settle(key("c"), Slot.NONE, false);
    slots.settle(key("b"), Slot.NONE, false);
    assertThat(told).containsExactly(key("d"));
    assertThat(slots.isFreeFor(key("d"))).isTrue();
  }

  private static SessionKey key(String name) {
    return new SessionKey("team", name, "uid-" + name);
  }
}
