package dev.mcpsession.reconcile;

import dev.mcpsession.api.SessionKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The memory of every session this process has worked on, by uid, so that a namesake begins with
 * none.
 */
final class SessionMemories {
  private final Map<String, SessionMemory> byUid = new ConcurrentHashMap<>();

  SessionMemory of(SessionKey session) {
    return byUid.computeIfAbsent(session.uid(), uid -> new SessionMemory());
  }

  void forget(String uid) {
    byUid.remove(uid);
  }
}
