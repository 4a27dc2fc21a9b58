package dev.mcpsession.plan.observed;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a status, as they were decided on: without the words of a {@link FailingWrite}.
 *
 * @param ours by type; only those with a reason that we know
 * @param foreign those of other types, in their order
 */
public record ObservedConditions(Map<ConditionType, Condition> ours, List<Condition> foreign) {
  private static final Map<String, ConditionType> TYPES =
      Stream.of(ConditionType.values()).collect(toMap(ConditionType::name, type -> type));

  private static final Set<String> REASONS =
      Stream.of(Reason.values()).map(Reason::name).collect(toSet());

  /**
   * Splits the conditions of a status; null counts as empty. One of our types with a reason that we
   * do not know, as after a downgrade, belongs to neither: it is written anew.
   */
  public static ObservedConditions of(@Nullable List<Condition> conditions) {
    Map<ConditionType, Condition> ours = new EnumMap<>(ConditionType.class);
    List<Condition> foreign = new ArrayList<>();
    for (Condition condition : conditions == null ? List.<Condition>of() : conditions) {
      ConditionType type = TYPES.get(condition.type());
      if (type == null) {
        foreign.add(condition);
      } else if (REASONS.contains(condition.reason())) {
        ours.put(type, FailingWrite.untold(condition));
      }
    }
    return new ObservedConditions(ours, foreign);
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

  public boolean isTrue(ConditionType type) {
    Condition condition = ours.get(type);
    return condition != null && condition.isTrue();
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
