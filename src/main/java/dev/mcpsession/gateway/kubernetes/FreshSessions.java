package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.kube.ResourceVersion;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What answers of the API server told before the cache did. An entry goes once the cache has caught
 * up, and after some seconds in any case, since the cache never shows what came and went while its
 * watch was interrupted.
 */
final class FreshSessions {
  private static final long KEPT = Duration.ofSeconds(10).toNanos();

  private record Name(String namespace, String name) {
    static Name of(McpSession session) {
      return new Name(session.getMetadata().getNamespace(), session.getMetadata().getName());
    }
  }

  /** One answer: a session as it was, or the uid of one that is gone. */
  private record Entry(@Nullable McpSession session, String uid, long learned) {}

  private final Map<Name, Entry> entries = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  FreshSessions(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The API server answered with this session. */
  void stored(McpSession answer) {
    McpSession session = CachedSession.trim(answer);
    entries.put(
        Name.of(session), new Entry(session, session.getMetadata().getUid(), nanoTime.getAsLong()));
  }

  /** The API server has no session of this uid any more. */
  void gone(String namespace, String name, String uid) {
    entries.put(new Name(namespace, name), new Entry(null, uid, nanoTime.getAsLong()));
  }

  /** The cache shows a change. */
  void shown(@Nullable McpSession before, @Nullable McpSession now) {
    if (entries.isEmpty()) {
      return;
    }
    McpSession any = now == null ? before : now;
    if (any != null) {
      entries.computeIfPresent(
          Name.of(any), (name, entry) -> isShown(entry, before, now) ? null : entry);
    }
  }

  private static boolean isShown(
      Entry entry, @Nullable McpSession before, @Nullable McpSession now) {
    boolean deleted = before != null && now == null && uid(before).equals(entry.uid);
    return deleted || (now != null && !isNewer(entry, now));
  }

  /**
   * The newer one of what the cache has and what an answer told.
   *
   * @param cached null: the cache has none
   */
  @Nullable McpSession newest(String namespace, String name, @Nullable McpSession cached) {
    Entry entry = entries.isEmpty() ? null : entries.get(new Name(namespace, name));
    if (entry == null) {
      return cached;
    }
    if (nanoTime.getAsLong() - entry.learned > KEPT) {
      entries.remove(new Name(namespace, name), entry);
      return cached;
    }
    return cached == null || isNewer(entry, cached) ? entry.session : cached;
  }

  /** Whether it tells what the cache does not know yet. */
  private static boolean isNewer(Entry entry, McpSession cached) {
    if (entry.session == null) {
      return uid(cached).equals(entry.uid);
    }
    return ResourceVersion.of(entry.session).isAfter(ResourceVersion.of(cached));
  }

  private static String uid(McpSession session) {
    return session.getMetadata().getUid();
  }
}
