package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan.Slot;
import dev.mcpsession.plan.observed.SlotState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Thirty sessions in four namespaces that begin, wait, end and lose their nodes at random. */
class ReplacementSlotsPropertyTest {
  private static final int LIMIT = 3;
  private static final int SESSIONS = 30;

  @Test
  void neverMoreThanTwiceTheLimitAreUnderWayAndNobodyWaitsForAFreePlace() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<SessionKey> woken = new ArrayList<>();
      ReplacementSlots places = new ReplacementSlots(LIMIT, woken::add);
      Map<SessionEntry, Slot> had = new LinkedHashMap<>();
      for (int i = 0; i < SESSIONS; i++) {
        had.put(new SessionEntry(new SessionKey("ns" + i % 4, "s" + i, "uid" + i)), Slot.NONE);
      }
      for (int step = 0; step < 500; step++) {
        SessionEntry one =
            random.nextBoolean() && !woken.isEmpty()
                ? find(had, woken.remove(random.nextInt(woken.size())))
                : List.copyOf(had.keySet()).get(random.nextInt(SESSIONS));
        had.put(one, plan(places, one, had.get(one), random.nextInt(4)));
        ReplacementSlots.Count count = places.count();
        assertThat(count.held() + count.unscheduled())
            .as("seed %d", seed)
            .isLessThanOrEqualTo(2 * LIMIT);
      }
      while (!woken.isEmpty()) {
        SessionEntry one = find(had, woken.removeFirst());
        had.put(one, plan(places, one, had.get(one), 1));
      }
      ReplacementSlots.Count count = places.count();
      assertThat(count.waiting() == 0 || count.held() >= LIMIT).as("%d: %s", seed, count).isTrue();
    }
  }

  /** What a session may do next, as the planner decides. */
  private static Slot plan(ReplacementSlots places, SessionEntry one, Slot had, int event) {
    boolean under = had == Slot.HELD || had == Slot.UNSCHEDULED;
    SlotState state = places.stateFor(one, Instant.EPOCH);
    Slot next =
        under
            ? switch (event) {
              case 0 -> Slot.NONE;
              case 1 -> state.needed() ? Slot.NONE : had;
              case 2 -> Slot.UNSCHEDULED;
              default -> Slot.HELD;
            }
            : state.free() ? Slot.HELD : Slot.WANTED;
    assertThat(places.settle(one, next, under)).isTrue();
    return next;
  }

  private static SessionEntry find(Map<SessionEntry, Slot> sessions, SessionKey key) {
    return sessions.keySet().stream()
        .filter(one -> one.key().equals(key))
        .findFirst()
        .orElseThrow();
  }
}
