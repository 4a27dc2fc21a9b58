package dev.mcpsession.metrics;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Totals over all sessions at one instant, computed in one pass. */
final class SessionCensus {
  private static final String UNKNOWN = "Unknown";

  /** Startup timeouts after which a session without a backend is stuck: enough for a second try. */
  private static final int TRIES = 2;

  private static final Set<String> TYPES =
      Arrays.stream(ConditionType.values()).map(Enum::name).collect(Collectors.toSet());

  /** Reasons of Ready of sessions that should serve but cannot, through no fault of their spec. */
  private static final Set<String> WITHOUT_BACKEND =
      Stream.of(
              Reason.Starting,
              Reason.Recreating,
              Reason.TokenPending,
              Reason.StartFailed,
              Reason.BackendExited,
              Reason.BackendNotReady)
          .map(Enum::name)
          .collect(Collectors.toSet());

  private final Function<McpSession, McpSessionSpec> spec;
  private final Instant now;
  private final Map<List<String>, Long> reasons = new HashMap<>();
  private final Map<List<String>, Long> conditions = new HashMap<>();
  private @Nullable Instant firstExpiry;
  private Duration renewalOverdue = Duration.ZERO;
  private Duration notReady = Duration.ZERO;
  private long atRisk;
  private long stuck;

  /**
   * @param spec the effective one of a session
   */
  SessionCensus(
      Collection<McpSession> sessions, Function<McpSession, McpSessionSpec> spec, Instant now) {
    this.spec = spec;
    this.now = now;
    sessions.forEach(this::count);
  }

  /** Number of sessions by namespace and reason of Ready. */
  Map<List<String>, Long> reasons() {
    return reasons;
  }

  /** Number of sessions by type and reason of a condition. */
  Map<List<String>, Long> conditions() {
    return conditions;
  }

  /** Time until the next token in use expires; null if none expires. */
  @Nullable Duration untilFirstExpiry() {
    return firstExpiry == null ? null : Duration.between(now, firstExpiry);
  }

  /** Delay of the most overdue renewal; zero if none is overdue. */
  Duration renewalOverdue() {
    return renewalOverdue;
  }

  /** Longest time that a session has waited for a backend; zero if none waits. */
  Duration notReady() {
    return notReady;
  }

  long atRisk() {
    return atRisk;
  }

  long stuck() {
    return stuck;
  }

  private void count(McpSession session) {
    McpSessionStatus status = session.getStatus();
    String reason = UNKNOWN;
    if (status != null) {
      boolean expired = false;
      for (Condition condition : conditionsOf(status)) {
        conditions.merge(List.of(condition.type(), condition.reason()), 1L, Long::sum);
        if (is(condition, ConditionType.Ready)) {
          reason = condition.reason();
          countWait(session, status, condition);
        }
        expired |=
            is(condition, ConditionType.TokenValid)
                && condition.reason().equals(Reason.Expired.name());
      }
      countToken(status, expired);
    }
    String namespace = Objects.requireNonNullElse(session.getMetadata().getNamespace(), "");
    reasons.merge(List.of(namespace, reason), 1L, Long::sum);
  }

  /** Only the operator's own types: conditions that others add must not add series. */
  private static List<Condition> conditionsOf(McpSessionStatus status) {
    return status.conditions() == null
        ? List.of()
        : status.conditions().stream().filter(c -> TYPES.contains(c.type())).toList();
  }

  private static boolean is(Condition condition, ConditionType type) {
    return type.name().equals(condition.type());
  }

  /**
   * A resumed session has been not Ready since it was suspended, but has waited only since it was
   * resumed.
   */
  private void countWait(McpSession session, McpSessionStatus status, Condition ready) {
    Instant since = ready.lastTransitionTime();
    if (since == null || !WITHOUT_BACKEND.contains(ready.reason())) {
      return;
    }
    Instant active = status.activeSince();
    Duration waited = Duration.between(active == null ? since : later(since, active), now);
    notReady = longer(notReady, waited);
    if (waited.compareTo(spec.apply(session).startupTimeout().multipliedBy(TRIES)) > 0) {
      stuck++;
    }
  }

  private void countToken(McpSessionStatus status, boolean expired) {
    Instant expiry = status.tokenExpirationTime();
    Instant renewal = status.renewalTime();
    if (expiry != null && (firstExpiry == null || expiry.isBefore(firstExpiry))) {
      firstExpiry = expiry;
    }
    boolean late = false;
    if (renewal != null) {
      Duration overdue = Duration.between(renewal, now);
      renewalOverdue = longer(renewalOverdue, overdue);
      late =
          expiry != null && overdue.compareTo(Duration.between(renewal, expiry).dividedBy(2)) > 0;
    }
    if (expired || late) {
      atRisk++;
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
