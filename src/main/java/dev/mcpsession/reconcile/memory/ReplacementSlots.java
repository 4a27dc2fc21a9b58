package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.observed.SlotHolders;
import dev.mcpsession.plan.observed.SlotState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * At most so many replacements that users asked for at a time. Namespaces have their turns one
 * after the other; within one, who waits longest is next. A session that is gone or being deleted
 * neither holds a place nor waits for one. Guarded by its own monitor.
 *
 * <p>A candidate that is not scheduled in time gives its place back and goes on: as many as the
 * limit, so that never more than twice the limit start when a node for all of them appears. Any
 * further one keeps its place only until somebody waits for it.
 */
public final class ReplacementSlots {
  /** How often a session that waits is told anew who holds the places. */
  private static final Duration RENEWAL = Duration.ofMinutes(5);

  private static final int NAMESPACES_NAMED = 3;

  private final int limit;
  private final Consumer<SessionKey> wake;
  private final Set<SessionEntry> held = new HashSet<>();
  private final Set<SessionEntry> unscheduled = new LinkedHashSet<>();
  private final SlotQueue waiting = new SlotQueue();
  private final Set<SessionEntry> woken = new HashSet<>();
  private final Map<SessionEntry, SlotHolders> told = new HashMap<>();

  /** How many sessions there are of each kind. */
  public record Count(int held, int unscheduled, int waiting) {}

  /**
   * @param wake told which session to reconcile: a place is free for it, or the one that its
   *     unscheduled candidate keeps is needed
   */
  public ReplacementSlots(int limit, Consumer<SessionKey> wake) {
    this.limit = limit;
    this.wake = wake;
  }

  /** The places as this session finds them, its position in the queue considered. */
  public synchronized SlotState stateFor(SessionEntry session, Instant now) {
    return isFreeFor(session)
        ? SlotState.FREE
        : new SlotState(false, isNeeded(session), holdersFor(session, now));
  }

  private boolean isFreeFor(SessionEntry session) {
    return held.contains(session) || (!session.isLeaving() && waiting.ahead(session) < free());
  }

  private int free() {
    return limit - held.size() - Math.max(0, unscheduled.size() - limit);
  }

  /** Whether one of the first that keep a place beyond the limit, and others wait for a place. */
  private boolean isNeeded(SessionEntry session) {
    return unscheduled.contains(session) && needed().contains(session);
  }

  private List<SessionEntry> needed() {
    long count = Math.max(0, waiting.size() - Math.max(0, free()));
    return unscheduled.size() <= limit
        ? List.of()
        : unscheduled.stream().skip(limit).limit(count).toList();
  }

  private SlotHolders holdersFor(SessionEntry session, Instant now) {
    SlotHolders before = told.get(session);
    if (before != null && now.isBefore(before.renewAt())) {
      return before;
    }
    SlotHolders holders = holders(now.plus(RENEWAL));
    told.put(session, holders);
    return holders;
  }

  private SlotHolders holders(Instant renewAt) {
    Map<String, Integer> count = new HashMap<>();
    held.forEach(holder -> count.merge(holder.key().namespace(), 1, Integer::sum));
    unscheduled.stream()
        .skip(limit)
        .forEach(holder -> count.merge(holder.key().namespace(), 1, Integer::sum));
    List<SlotHolders.Holder> named =
        count.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(NAMESPACES_NAMED)
            .map(entry -> new SlotHolders.Holder(entry.getKey(), entry.getValue()))
            .toList();
    int all = count.values().stream().mapToInt(Integer::intValue).sum();
    int shown = named.stream().mapToInt(SlotHolders.Holder::sessions).sum();
    return new SlotHolders(limit, named, all - shown, renewAt);
  }

  /**
   * Notes what a plan wants.
   *
   * @param began whether the status has the attempt already, which then cannot wait any more
   * @return false when it wants to begin and another session took the place meanwhile, or the
   *     session is gone or being deleted
   */
  public boolean settle(SessionEntry session, Plan.Slot slot, boolean began) {
    List<SessionEntry> next;
    synchronized (this) {
      if (session.isLeaving()) {
        return slot != Plan.Slot.HELD;
      }
      if (slot == Plan.Slot.HELD && !began && !isFreeFor(session)) {
        return false;
      }
      note(session, slot);
      next = toWake();
    }
    next.forEach(other -> wake.accept(other.key()));
    return true;
  }

  private void note(SessionEntry session, Plan.Slot slot) {
    woken.remove(session);
    switch (slot) {
      case HELD -> {
        forget(session, true);
        held.add(session);
      }
      case UNSCHEDULED -> {
        if (!unscheduled.contains(session)) {
          forget(session, true);
          unscheduled.add(session);
        }
      }
      case WANTED -> {
        held.remove(session);
        unscheduled.remove(session);
        waiting.add(session);
      }
      case NONE -> forget(session, false);
    }
  }

  private void forget(SessionEntry session, boolean served) {
    held.remove(session);
    unscheduled.remove(session);
    told.remove(session);
    woken.remove(session);
    if (served && waiting.contains(session)) {
      waiting.served(session);
    } else {
      waiting.remove(session);
    }
  }

  /** The session waits for no place any more; one that it has it keeps. */
  public void stopWaiting(SessionEntry session) {
    change(() -> waiting.remove(session));
  }

  /** Its requests keep failing: it waits no more, and a place that it holds goes to others. */
  public void release(SessionEntry failing) {
    change(
        () -> {
          waiting.remove(failing);
          held.remove(failing);
        });
  }

  private void change(Runnable change) {
    List<SessionEntry> next;
    synchronized (this) {
      change.run();
      next = toWake();
    }
    next.forEach(session -> wake.accept(session.key()));
  }

  /**
   * A process that begins to lead: what is under way has its place before anything else begins.
   *
   * @param status null if the session has none yet
   */
  public void resume(SessionEntry session, @Nullable McpSessionStatus status) {
    if (status != null
        && status.attempt() != null
        && status.nextAttemptTime() == null
        && status.attempt().cause().isLimited()) {
      settle(session, Plan.Slot.HELD, true);
    }
  }

  /** Takes what a session has that is gone or being deleted. Marked before, it cannot come back. */
  void giveBack(SessionEntry leaving) {
    change(() -> forget(leaving, false));
  }

  /** Those whose turn it is, and those whose place is needed; each once until it was planned. */
  private List<SessionEntry> toWake() {
    List<SessionEntry> next = new ArrayList<>(waiting.first(Math.max(0, free())));
    next.addAll(needed());
    next.removeIf(session -> !woken.add(session));
    return next;
  }

  public synchronized Count count() {
    return new Count(held.size(), unscheduled.size(), waiting.size());
  }
}
