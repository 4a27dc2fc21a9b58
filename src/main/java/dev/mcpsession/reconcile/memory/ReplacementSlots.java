package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.Plan;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** At most so many replacements that users asked for at a time; who waits longest is next. */
public final class ReplacementSlots {
  private final int limit;
  private final Consumer<SessionKey> free;
  private final Map<String, SessionKey> held = new HashMap<>();
  private final Map<String, SessionKey> waiting = new LinkedHashMap<>();

  /**
   * @param free told when a place is free for a session that waits
   */
  public ReplacementSlots(int limit, Consumer<SessionKey> free) {
    this.limit = limit;
    this.free = free;
  }

  /** Whether this session has a place or could get one, its turn in the queue considered. */
  public synchronized boolean isFreeFor(SessionKey session) {
    if (held.containsKey(session.uid())) {
      return true;
    }
    int ahead = 0;
    for (String uid : waiting.keySet()) {
      if (uid.equals(session.uid())) {
        break;
      }
      ahead++;
    }
    return held.size() + ahead < limit;
  }

  /**
   * Notes what a plan wants.
   *
   * @return false when it wants to begin and another session took the place meanwhile
   */
  public boolean settle(SessionKey session, Plan.Slot slot, boolean began) {
    SessionKey next;
    synchronized (this) {
      switch (slot) {
        case HELD -> {
          if (!held.containsKey(session.uid()) && held.size() >= limit && !began) {
            return false;
          }
          waiting.remove(session.uid());
          held.put(session.uid(), session);
        }
        case WANTED -> {
          waiting.putIfAbsent(session.uid(), session);
          held.remove(session.uid());
        }
        case NONE -> {
          waiting.remove(session.uid());
          held.remove(session.uid());
        }
      }
      next = next();
    }
    if (next != null && !next.equals(session)) {
      free.accept(next);
    }
    return true;
  }

  /** The session is gone, and its place with it. */
  public void forget(String uid) {
    SessionKey next;
    synchronized (this) {
      waiting.remove(uid);
      next = held.remove(uid) == null ? null : next();
    }
    if (next != null) {
      free.accept(next);
    }
  }

  private @Nullable SessionKey next() {
    return held.size() < limit && !waiting.isEmpty() ? waiting.values().iterator().next() : null;
  }
}
