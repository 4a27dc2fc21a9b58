package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.SessionKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The memory of every session this process has worked on, by uid, so that a namesake begins with
 * none.
 */
public final class SessionMemories {
  private final Map<String, SessionMemory> byUid = new ConcurrentHashMap<>();

  public SessionMemory of(SessionKey session) {
    return byUid.computeIfAbsent(session.uid(), uid -> new SessionMemory());
  }

  public void forget(String uid) {
    byUid.remove(uid);
  }
}
