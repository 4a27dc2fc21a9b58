package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * At most so many replacements that users asked for at a time; who waits longest is next. A session
 * that is gone neither holds a slot nor waits for one. Guarded by its own monitor.
 */
public final class ReplacementSlots {
  private final int limit;
  private final Consumer<SessionKey> free;
  private final Set<SessionEntry> held = new HashSet<>();
  private final Set<SessionEntry> waiting = new LinkedHashSet<>();

  /**
   * @param free told when a slot is free for a session that waits
   */
  public ReplacementSlots(int limit, Consumer<SessionKey> free) {
    this.limit = limit;
    this.free = free;
  }

  /** Whether this session has a slot or could get one, its position in the queue considered. */
  public synchronized boolean isFreeFor(SessionEntry session) {
    if (held.contains(session)) {
      return true;
    }
    int ahead = 0;
    for (SessionEntry other : waiting) {
      if (other == session) {
        break;
      }
      ahead++;
    }
    return !session.isClosed() && held.size() + ahead < limit;
  }

  /**
   * Notes what a plan wants.
   *
   * @return false when it wants to begin and another session took the slot meanwhile, or the
   *     session is gone
   */
  public boolean settle(SessionEntry session, Plan.Slot slot, boolean began) {
    SessionEntry next;
    synchronized (this) {
      if (session.isClosed()) {
        return slot != Plan.Slot.HELD;
      }
      switch (slot) {
        case HELD -> {
          if (!held.contains(session) && held.size() >= limit && !began) {
            return false;
          }
          waiting.remove(session);
          held.add(session);
        }
        case WANTED -> {
          waiting.add(session);
          held.remove(session);
        }
        case NONE -> {
          waiting.remove(session);
          held.remove(session);
        }
      }
      next = next();
    }
    if (next != null && next != session) {
      free.accept(next.key());
    }
    return true;
  }

  /** Takes the slot of a session that is gone. Closed before, it cannot come back. */
  void giveBack(SessionEntry closed) {
    SessionEntry next;
    synchronized (this) {
      waiting.remove(closed);
      next = held.remove(closed) ? next() : null;
    }
    if (next != null) {
      free.accept(next.key());
    }
  }

  private @Nullable SessionEntry next() {
    return held.size() < limit && !waiting.isEmpty() ? waiting.iterator().next() : null;
  }
}
