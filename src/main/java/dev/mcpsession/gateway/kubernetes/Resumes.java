package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which suspensions this replica has ended: each needs one report of use, however many demand the
 * session. One that goes on all the same is tried again now and then.
 */
final class Resumes {
  private static final long AGAIN = Duration.ofSeconds(10).toNanos();

  private record Begun(String suspension, long at) {}

  private final Map<String, Begun> begun = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  Resumes(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether a report is to be written now. */
  boolean begin(McpSession session, SessionState.SuspendedIdle suspension) {
    Begun now = new Begun(suspension.since(), nanoTime.getAsLong());
    AtomicBoolean first = new AtomicBoolean();
    begun.compute(
        session.getMetadata().getUid(),
        (uid, before) -> {
          first.set(before == null || isNew(before, now));
          return first.get() ? now : before;
        });
    return first.get();
  }

  private static boolean isNew(Begun before, Begun now) {
    return !before.suspension.equals(now.suspension) || now.at - before.at > AGAIN;
  }

  /** It did not work. */
  void forget(McpSession session) {
    begun.remove(session.getMetadata().getUid());
  }

  /** The cache shows a change. */
  void shown(McpSession session, @Nullable McpSession now) {
    if (!begun.isEmpty() && (now == null || !SessionState.isSuspendedIdle(now))) {
      forget(session);
    }
  }
}
