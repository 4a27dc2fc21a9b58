package dev.mcpsession.plan.template;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionTemplateStatus;
import dev.mcpsession.api.TemplateConditionType;
import dev.mcpsession.api.TemplateReason;
import dev.mcpsession.plan.template.SessionStanding.State;
import dev.mcpsession.text.Excerpt;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is said of a template. Each generation is checked once, before any session uses it.
 * The counts of one generation are written at most once a second, and words alone at most twice a
 * minute.
 */
public final class TemplatePlanner {
  /** Between two writes of a status. */
  static final Duration PACE = Duration.ofSeconds(1);

  /** Between two writes that change nothing but words. */
  static final Duration WORDS_PACE = Duration.ofSeconds(30);

  /**
   * How long a status waits for sessions that were not planned yet: after a restart of the operator
   * for a moment all of them, of which nothing new can be said.
   */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A message names one session and quotes so much of what it says. */
  private static final int QUOTED = 1024;

  private final TemplateObservation seen;
  private final Instant now;

  private TemplatePlanner(TemplateObservation seen, Instant now) {
    this.seen = seen;
    this.now = now;
  }

  /** Plans one template as observed, at one instant. */
  public static TemplatePlan plan(TemplateObservation seen, Instant now) {
    return new TemplatePlanner(seen, now).plan();
  }

  private TemplatePlan plan() {
    Condition known = known();
    if (isCheckDue(known)) {
      return new TemplatePlan(true, null, null);
    }
    Instant retryAt =
        seen.check() instanceof TemplateCheck.NotPossible failed ? failed.retryAt() : null;
    Condition valid = valid(known);
    boolean first = isOfThisGeneration(seen.status()) && known != null;
    Instant since = past(seen.unplannedSince());
    Instant patientUntil = first && since != null ? since.plus(PATIENCE) : null;
    if (patientUntil != null && now.isBefore(patientUntil)) {
      return new TemplatePlan(false, null, earliest(patientUntil, retryAt));
    }
    McpSessionTemplateStatus status = status(valid);
    if (status.equals(seen.status())) {
      return new TemplatePlan(false, null, retryAt);
    }
    Instant writtenAt = first ? past(seen.writtenAt()) : null;
    Instant at =
        writtenAt == null ? now : writtenAt.plus(isSameButForWords(status) ? WORDS_PACE : PACE);
    return now.isBefore(at)
        ? new TemplatePlan(false, null, earliest(at, retryAt))
        : new TemplatePlan(false, status, retryAt);
  }

  /** What lies ahead was noted before the clock stepped back, and is not waited for. */
  private @Nullable Instant past(@Nullable Instant noted) {
    return noted != null && noted.isAfter(now) ? null : noted;
  }

  /** Valid, as the status says it of this generation; null if it does not. */
  private @Nullable Condition known() {
    Condition said = said(TemplateConditionType.Valid);
    return said != null && Objects.equals(said.observedGeneration(), seen.generation())
        ? said
        : null;
  }

  private boolean isCheckDue(@Nullable Condition known) {
    return switch (seen.check()) {
      case null -> known == null || !(known.isTrue() || Condition.FALSE.equals(known.status()));
      case TemplateCheck.NotPossible failed -> !now.isBefore(failed.retryAt());
      default -> false;
    };
  }

  private Condition valid(@Nullable Condition known) {
    return switch (seen.check()) {
      case TemplateCheck.Accepted() ->
          condition(
              TemplateConditionType.Valid,
              Condition.TRUE,
              TemplateReason.Accepted,
              "the API server accepts a Pod made from the template");
      case TemplateCheck.Refused(String message) ->
          condition(
              TemplateConditionType.Valid,
              Condition.FALSE,
              TemplateReason.Invalid,
              message + "; nothing is made from the template until spec.session is corrected");
      case TemplateCheck.NotPossible(String message, int tries, Instant retryAt) ->
          condition(
              TemplateConditionType.Valid,
              Condition.UNKNOWN,
              TemplateReason.NotChecked,
              "a Pod made from the template could not be tried: " + message);
      case null -> Objects.requireNonNull(known, "a check would be due");
    };
  }

  private McpSessionTemplateStatus status(Condition valid) {
    int sessions = seen.sessions();
    int upToDate = (int) seen.count(State.CURRENT);
    List<Condition> conditions = new ArrayList<>();
    conditions.add(valid);
    conditions.add(upToDate(sessions, upToDate));
    if (seen.status() != null && seen.status().conditions() != null) {
      seen.status().conditions().stream()
          .filter(TemplatePlanner::isForeign)
          .forEach(conditions::add);
    }
    return new McpSessionTemplateStatus(
        seen.generation(), sessions, upToDate, List.copyOf(conditions));
  }

  private Condition upToDate(int sessions, int upToDate) {
    if (upToDate == sessions) {
      return condition(
          TemplateConditionType.UpToDate,
          Condition.TRUE,
          TemplateReason.Current,
          sessions == 0
              ? "no session names the template"
              : "no session runs anything older than the template");
    }
    return condition(
        TemplateConditionType.UpToDate,
        Condition.FALSE,
        seen.count(State.FAILING) == 0 ? TemplateReason.RollingOut : TemplateReason.RolloutFailing,
        behind(sessions, upToDate));
  }

  /** How many are behind, and what the one says that is the furthest from being replaced. */
  private String behind(int sessions, int upToDate) {
    List<String> parts = new ArrayList<>();
    add(parts, seen.count(State.FAILING), "cannot be replaced for now");
    add(parts, seen.count(State.UNDERWAY), "being replaced");
    add(parts, seen.count(State.WAITING), "waiting for a place of maxConcurrentReplacements");
    Map.Entry<String, SessionStanding> worst = seen.worst();
    return (sessions - upToDate)
        + " of "
        + sessions
        + " sessions behind"
        + (parts.isEmpty() ? "" : ": " + String.join(", ", parts))
        + (worst == null
            ? ""
            : "; session "
                + worst.getKey()
                + ": "
                + Excerpt.ofLine(worst.getValue().why(), QUOTED));
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }

  private Condition condition(
      TemplateConditionType type, String value, TemplateReason reason, String message) {
    Condition old = said(type);
    boolean same = old != null && value.equals(old.status());
    Instant since = old != null && same ? old.lastTransitionTime() : null;
    return new Condition(
        type.name(),
        value,
        seen.generation(),
        since == null ? now.truncatedTo(ChronoUnit.SECONDS) : since,
        reason.name(),
        Excerpt.ofLine(message, Condition.LONGEST_MESSAGE));
  }

  private @Nullable Condition said(TemplateConditionType type) {
    return seen.status() == null ? null : seen.status().condition(type);
  }

  private boolean isOfThisGeneration(@Nullable McpSessionTemplateStatus status) {
    return status != null && Objects.equals(status.observedGeneration(), seen.generation());
  }

  private boolean isSameButForWords(McpSessionTemplateStatus status) {
    McpSessionTemplateStatus old = seen.status();
    return old != null && withoutWords(status).equals(withoutWords(old));
  }

  private static McpSessionTemplateStatus withoutWords(McpSessionTemplateStatus status) {
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return new McpSessionTemplateStatus(
        status.observedGeneration(),
        status.sessions(),
        status.upToDate(),
        conditions.stream()
            .map(
                it ->
                    new Condition(
                        it.type(),
                        it.status(),
                        it.observedGeneration(),
                        it.lastTransitionTime(),
                        it.reason(),
                        ""))
            .toList());
  }

  private static boolean isForeign(Condition condition) {
    for (TemplateConditionType ours : TemplateConditionType.values()) {
      if (ours.name().equals(condition.type())) {
        return false;
      }
    }
    return true;
  }

  private static Instant earliest(Instant a, @Nullable Instant b) {
    return b == null || a.isBefore(b) ? a : b;
  }
}
