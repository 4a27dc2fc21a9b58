package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.SessionKey;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * The one entry of every session this process has to do with, by uid, so that a namesake begins
 * with none of its predecessor's.
 *
 * <p>No entry is left behind. An informer takes an object out of its cache before it tells of the
 * deletion (fabric8's ProcessorStore), and an entry is made only while the cache shows the session,
 * which is looked up with the uid locked. So an entry is either there when {@link #close} is called
 * for its session, or it is not made any more.
 */
public final class SessionEntries {
  private final Predicate<SessionKey> cached;
  private final ReplacementSlots slots;
  private final EndingNamespaces namespaces = new EndingNamespaces();
  private final ConcurrentMap<String, SessionEntry> byUid = new ConcurrentHashMap<>();

  /**
   * @param cached whether the cache of sessions shows the session with this uid; asks no API server
   * @param slots get back what a session holds that is gone or being deleted
   */
  public SessionEntries(Predicate<SessionKey> cached, ReplacementSlots slots) {
    this.cached = cached;
    this.slots = slots;
  }

  /**
   * The session's entry; of one that no cache shows a closed entry, which nothing keeps. So a
   * latecomer (a reconcile, a timer, an answer) needs no case of its own.
   */
  public SessionEntry of(SessionKey session) {
    SessionEntry known = byUid.get(session.uid());
    if (known != null) {
      return known;
    }
    SessionEntry entry =
        byUid.computeIfAbsent(
            session.uid(),
            uid -> cached.test(session) ? new SessionEntry(session, namespaces) : null);
    return entry == null ? SessionEntry.closed(session) : entry;
  }

  /** The session is gone: drops its entry, with all that it holds. */
  public void close(String uid) {
    SessionEntry entry = byUid.remove(uid);
    if (entry != null) {
      entry.close();
      slots.giveBack(entry);
      forgetNamespace(entry.key().namespace());
    }
  }

  /** Without sessions it needs no memory. */
  private void forgetNamespace(String namespace) {
    if (namespaces.isKnown(namespace)
        && byUid.values().stream().noneMatch(left -> left.key().namespace().equals(namespace))) {
      namespaces.forget(namespace);
    }
  }

  /**
   * The session is being deleted. Another program's finalizer may hold it for any time, in which
   * nothing reconciles it.
   */
  public void leave(SessionKey session) {
    SessionEntry entry = byUid.get(session.uid());
    if (entry != null && !entry.isLeaving()) {
      entry.leave();
      slots.giveBack(entry);
    }
  }

  /** Those that are there now, in no order. */
  public Collection<SessionEntry> all() {
    return List.copyOf(byUid.values());
  }
}
