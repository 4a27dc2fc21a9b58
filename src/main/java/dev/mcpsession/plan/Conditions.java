package dev.mcpsession.plan;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one session, merged as the Kubernetes API conventions ask: a time changes with
 * the status only.
 */
final class Conditions {
  /**
   * Up to here two messages about an image that cannot be pulled say the same; the rest alternates
   * with each try.
   */
  static final String CANNOT_BE_PULLED = " cannot be pulled";

  private final Map<ConditionType, Condition> byType = new EnumMap<>(ConditionType.class);
  private final List<Condition> foreign = new ArrayList<>();
  private final long generation;
  private final Instant now;

  Conditions(@Nullable List<Condition> observed, long generation, Instant now) {
    this.generation = generation;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
    for (Condition condition : observed == null ? List.<Condition>of() : observed) {
      ConditionType type = typeOf(condition);
      if (type == null) {
        foreign.add(condition);
      } else {
        byType.put(type, condition);
      }
    }
  }

  @Nullable Condition get(ConditionType type) {
    return byType.get(type);
  }

  boolean has(ConditionType type, Reason reason) {
    Condition condition = byType.get(type);
    return condition != null && reason.name().equals(condition.reason());
  }

  boolean says(ConditionType type, String message) {
    Condition condition = byType.get(type);
    return condition != null && message.equals(condition.message());
  }

  boolean isFalse(ConditionType type) {
    Condition condition = byType.get(type);
    return condition != null && !condition.isTrue();
  }

  void set(ConditionType type, boolean status, Reason reason, String message) {
    Condition old = byType.get(type);
    String value = status ? Condition.TRUE : Condition.FALSE;
    boolean sameStatus = old != null && value.equals(old.status());
    Instant since = old != null && sameStatus ? old.lastTransitionTime() : null;
    boolean sameGist =
        old != null
            && sameStatus
            && reason.name().equals(old.reason())
            && gist(old.message()).equals(gist(message));
    byType.put(
        type,
        new Condition(
            type.name(),
            value,
            generation,
            since == null ? now : since,
            reason.name(),
            old != null && sameGist ? old.message() : message));
  }

  /** Confirms what the condition says already, for the generation that was looked at now. */
  void keep(ConditionType type) {
    Condition old = byType.get(type);
    if (old != null) {
      set(type, old.isTrue(), Reason.valueOf(old.reason()), old.message());
    }
  }

  void remove(ConditionType type) {
    byType.remove(type);
  }

  /** Ours in a fixed order, then whatever somebody else added. */
  List<Condition> toList() {
    List<Condition> all = new ArrayList<>(byType.values());
    all.addAll(foreign);
    return List.copyOf(all);
  }

  private static String gist(String message) {
    int end = message.indexOf(CANNOT_BE_PULLED);
    return end < 0 ? message : message.substring(0, end);
  }

  /**
   * Null for a condition that is not ours; a reason that is not ours makes it as good as absent.
   */
  private static @Nullable ConditionType typeOf(Condition condition) {
    try {
      Reason.valueOf(condition.reason());
      return ConditionType.valueOf(condition.type());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
