package dev.mcpsession.plan;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Reason;
import dev.mcpsession.plan.observed.ObservedConditions;
import dev.mcpsession.text.Excerpt;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The new conditions of one session, merged as the Kubernetes API conventions require:
 * lastTransitionTime changes only with the status.
 */
final class Conditions {
  /**
   * Messages about an image that cannot be pulled are compared up to here; the rest alternates with
   * each pull.
   */
  static final String CANNOT_BE_PULLED = " cannot be pulled";

  /** Reasons of Ready that the operator cannot end by itself. */
  private static final Set<Reason> STALLS =
      EnumSet.of(Reason.InvalidSpec, Reason.NameConflict, Reason.TemplateMissing);

  private final ObservedConditions observed;
  private final Map<ConditionType, Condition> byType = new EnumMap<>(ConditionType.class);
  private final long generation;
  private final Instant now;

  Conditions(ObservedConditions observed, long generation, Instant now) {
    this.observed = observed;
    this.generation = generation;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
    byType.putAll(observed.ours());
  }

  boolean has(ConditionType type, Reason reason) {
    Condition condition = byType.get(type);
    return condition != null && reason.name().equals(condition.reason());
  }

  /** The message is put on one line: a part of it may come from the API server or a user. */
  void set(ConditionType type, boolean status, Reason reason, String message) {
    put(type, status, reason, Excerpt.ofLine(message, Condition.LONGEST_MESSAGE));
  }

  private void put(ConditionType type, boolean status, Reason reason, String message) {
    Condition old = observed.get(type);
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

  /** Keeps the condition as it is, for the generation observed now. */
  void keep(ConditionType type) {
    Condition old = observed.get(type);
    if (old != null) {
      put(type, old.isTrue(), Reason.valueOf(old.reason()), old.message());
    }
  }

  void remove(ConditionType type) {
    byType.remove(type);
  }

  /**
   * Sets Stalled if Ready says that only somebody else's change can help, else removes it. Uses the
   * new condition Ready.
   */
  void deriveStalled() {
    Condition ready = byType.get(ConditionType.Ready);
    Optional<Reason> reason =
        STALLS.stream().filter(it -> has(ConditionType.Ready, it)).findFirst();
    if (ready == null || ready.isTrue() || reason.isEmpty()) {
      remove(ConditionType.Stalled);
    } else {
      set(ConditionType.Stalled, true, reason.get(), ready.message());
    }
  }

  /** Ours in a fixed order, then those of others. */
  List<Condition> toList() {
    List<Condition> all = new ArrayList<>(byType.values());
    all.addAll(observed.foreign());
    return List.copyOf(all);
  }

  private static String gist(String message) {
    int end = message.indexOf(CANNOT_BE_PULLED);
    if (end >= 0) {
      return message.substring(0, end);
    }
    int words = message.indexOf(Unscheduled.NOT_SCHEDULED);
    if (words < 0) {
      return message;
    }
    int rest = message.indexOf(';', words);
    return message.substring(0, words)
        + message.substring(words, rest < 0 ? message.length() : rest).replaceAll("[0-9]+", "#")
        + (rest < 0 ? "" : message.substring(rest));
  }
}
