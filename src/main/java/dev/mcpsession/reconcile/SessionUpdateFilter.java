package dev.mcpsession.reconcile;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.Reason;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.timing.Activity;
import dev.mcpsession.reconcile.memory.OwnWrites;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes only the changes of a session that can affect a decision now. A heartbeat cannot: the
 * timer reads the annotation again when it fires, so ten thousand active sessions cost nothing. It
 * sees each change after the cache has it, and so releases our last write once that is shown.
 */
public final class SessionUpdateFilter implements OnUpdateFilter<McpSession> {
  private final SessionEntries entries;
  private final Function<McpSession, McpSessionSpec> specs;
  private final InstantSource clock;

  /**
   * @param specs the effective spec of a session
   */
  public SessionUpdateFilter(
      SessionEntries entries, Function<McpSession, McpSessionSpec> specs, InstantSource clock) {
    this.entries = entries;
    this.specs = specs;
    this.clock = clock;
  }

  @Override
  public boolean accept(McpSession now, McpSession before) {
    if (!now.getMetadata().getUid().equals(before.getMetadata().getUid())) {
      return true;
    }
    SessionEntry entry = entries.of(SessionKey.of(now));
    Instant instant = clock.instant();
    McpSessionSpec spec = specs.apply(now);
    entry.activity().see(before, spec, instant);
    entry.activity().see(now, spec, instant);
    boolean foreignStatus = isForeignStatus(now, before, entry.writes());
    entry.writes().shown(now);
    return foreignStatus
        || entry.faults().isStale()
        || !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp())
        || !Objects.equals(
            annotation(now, Names.RESTARTED_AT), annotation(before, Names.RESTARTED_AT))
        || !Objects.equals(annotation(now, Names.RELEASED), annotation(before, Names.RELEASED))
        || lacksOrKeepsFinalizer(now, before, spec)
        || matters(
            annotation(now, Names.LAST_ACTIVE),
            annotation(before, Names.LAST_ACTIVE),
            now.getStatus(),
            instant);
  }

  /** Somebody else removed or added our finalizer; our own writes need no reconcile. */
  private static boolean lacksOrKeepsFinalizer(
      McpSession now, McpSession before, McpSessionSpec spec) {
    boolean has = now.hasRevocationFinalizer();
    return has != before.hasRevocationFinalizer() && has != spec.wantsRevocation();
  }

  private static boolean isForeignStatus(McpSession now, McpSession before, OwnWrites writes) {
    return !Objects.equals(now.getStatus(), before.getStatus()) && !writes.isOurs(now.getStatus());
  }

  private static boolean matters(
      @Nullable String now,
      @Nullable String before,
      @Nullable McpSessionStatus status,
      Instant instant) {
    if (Objects.equals(now, before)) {
      return false;
    }
    if (now == null || before == null || isSuspendedIdle(status)) {
      return true;
    }
    Activity current = Activity.read(now, instant);
    Activity last = Activity.read(before, instant);
    if (current.isGarbage() || last.isGarbage() || current.at() == null || last.at() == null) {
      return true;
    }
    return current.at().isBefore(last.at());
  }

  private static boolean isSuspendedIdle(@Nullable McpSessionStatus status) {
    List<Condition> conditions =
        status == null || status.conditions() == null ? List.of() : status.conditions();
    return conditions.stream()
        .anyMatch(
            condition ->
                ConditionType.Ready.name().equals(condition.type())
                    && Reason.SuspendedIdle.name().equals(condition.reason()));
  }

  private static @Nullable String annotation(McpSession session, String name) {
    return session.getMetadata().getAnnotations() == null
        ? null
        : session.getMetadata().getAnnotations().get(name);
  }
}
