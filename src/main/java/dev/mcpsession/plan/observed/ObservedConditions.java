package dev.mcpsession.plan.observed;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a status.
 *
 * @param ours by type; only those with a reason of ours
 * @param foreign all others, in their order
 */
public record ObservedConditions(Map<ConditionType, Condition> ours, List<Condition> foreign) {

  /** Splits the conditions of a status; null counts as empty. */
  static ObservedConditions of(@Nullable List<Condition> conditions) {
    Map<ConditionType, Condition> ours = new EnumMap<>(ConditionType.class);
    List<Condition> foreign = new ArrayList<>();
    for (Condition condition : conditions == null ? List.<Condition>of() : conditions) {
      ConditionType type = typeOf(condition);
      if (type == null) {
        foreign.add(condition);
      } else {
        ours.put(type, condition);
      }
    }
    return new ObservedConditions(ours, foreign);
  }

  private static @Nullable ConditionType typeOf(Condition condition) {
    try {
      Reason.valueOf(condition.reason());
      return ConditionType.valueOf(condition.type());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  public @Nullable Condition get(ConditionType type) {
    return ours.get(type);
  }

  public boolean has(ConditionType type, Reason reason) {
    Condition condition = ours.get(type);
    return condition != null && reason.name().equals(condition.reason());
  }

  public boolean says(ConditionType type, String message) {
    Condition condition = ours.get(type);
    return condition != null && message.equals(condition.message());
  }

  public boolean isFalse(ConditionType type) {
    Condition condition = ours.get(type);
    return condition != null && !condition.isTrue();
  }

  /** Whether Ready says that the session is suspended, by spec or because it was idle. */
  public boolean saySuspended() {
    return has(ConditionType.Ready, Reason.Suspended)
        || has(ConditionType.Ready, Reason.SuspendedIdle);
  }
}
