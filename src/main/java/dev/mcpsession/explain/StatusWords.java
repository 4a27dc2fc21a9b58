package dev.mcpsession.explain;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.text.OneLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Describes what a write of the status changes. */
record StatusWords(
    @Nullable McpSessionStatus before, @Nullable McpSessionStatus after, Moment moment) {
  List<String> toList() {
    List<String> words = new ArrayList<>();
    if (after == null) {
      return words;
    }
    addServing(words, after);
    addAttempt(words, after);
    for (Condition condition : conditions(after)) {
      String said = words(condition);
      if (conditions(before).stream().noneMatch(old -> said.equals(words(old)))) {
        words.add("say " + said);
      }
    }
    return words;
  }

  private void addServing(List<String> words, McpSessionStatus after) {
    String old = before == null ? null : before.podName();
    if (after.podName() != null && !after.podName().equals(old)) {
      words.add("let revision " + after.revision() + " serve");
    } else if (after.podName() == null && old != null) {
      words.add("let nothing serve, where revision " + after.revision() + " did");
    }
  }

  private void addAttempt(List<String> words, McpSessionStatus after) {
    Attempt attempt = after.attempt();
    Attempt old = before == null ? null : before.attempt();
    Instant oldTime = before == null ? null : before.nextAttemptTime();
    int failures = Objects.requireNonNullElse(after.failures(), 0);
    int oldFailures = before == null ? 0 : Objects.requireNonNullElse(before.failures(), 0);
    if (after.nextAttemptTime() != null && !after.nextAttemptTime().equals(oldTime)) {
      words.add(
          "try again at "
              + moment.tell(after.nextAttemptTime())
              + ", after "
              + failures
              + (failures == 1 ? " failure" : " failures in a row"));
    } else if (attempt != null
        && after.nextAttemptTime() == null
        && (old == null || oldTime != null || attempt.revision() != old.revision())) {
      words.add("begin revision " + attempt.revision() + ", cause " + attempt.cause().label());
    }
    if (failures == 0 && oldFailures > 0) {
      words.add("forget the failures");
    }
  }

  private static List<Condition> conditions(@Nullable McpSessionStatus status) {
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }

  private static String words(Condition condition) {
    return condition.type()
        + " "
        + condition.status()
        + ", "
        + condition.reason()
        + (condition.message().isBlank() ? "" : ": " + OneLine.of(condition.message()));
  }
}
