package dev.mcpsession.explain;

import dev.mcpsession.explain.Forecast.Step;
import dev.mcpsession.plan.Action;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.observed.Observation;
import java.util.ArrayList;
import java.util.List;

/** What is done now and next, and what depends on the operator's memory. */
record Outlook(Observation seen, ReadAccess access, Moment moment) {
  void write(TextTable table) {
    if (!access.podsReadable()) {
      table.put("Now", "cannot be said, for the session's Pods are not readable");
    } else if (!access.templateReadable()) {
      table.put("Now", "cannot be said, for the session's template is not readable");
    } else {
      forecast(table, Forecast.of(seen, moment.now()));
    }
    if (!access.notReadable().isEmpty()) {
      table.gap();
      table.put("Not readable", access.notReadable());
    }
  }

  private void forecast(TextTable table, Forecast forecast) {
    List<String> now = words(forecast.now());
    boolean waits = forecast.now().onceGone() != null && !forecast.now().isMoreThanStatus();
    if (forecast.queued()) {
      table.put("Now", "a replacement is due, and waits for one of the places that are limited");
    } else {
      table.put(
          "Now",
          now.isEmpty()
              ? "nothing to do"
              : waits ? "the operator waits, and is to" : "the operator is to");
    }
    table.items(now);
    for (Step step : forecast.next()) {
      List<String> words = words(step);
      table.put(
          "Next",
          "at "
              + moment.tell(step.at())
              + (words.isEmpty()
                  ? " the operator looks again"
                  : ", if nothing changes before, the operator is to"));
      table.items(words);
    }
    if (forecast.next().isEmpty()) {
      table.put("Next", "no time is set: it depends on what happens to the session");
    }
    List<String> open = leftOpen(forecast, !now.isEmpty());
    if (!open.isEmpty()) {
      table.gap();
      table.put("Left open", open);
    }
  }

  private List<String> words(Step step) {
    List<String> words =
        new ArrayList<>(new ActionWords(step.seen(), step.plan(), moment).toList());
    if (step.withToken() != null) {
      words.add("once it has the token:");
      new ActionWords(step.seen().with(step.plan().status()), step.withToken(), moment)
          .toList()
          .forEach(word -> words.add("  - " + word));
    }
    if (step.onceGone() != null) {
      words.add("once no other Pod of the session is there:");
      new ActionWords(step.seen().with(step.plan().status()), step.onceGone(), moment)
          .toList()
          .forEach(word -> words.add("  - " + word));
    }
    return words;
  }

  /** A running operator acts at once, unless something in its memory prevents it. */
  private List<String> leftOpen(Forecast forecast, boolean something) {
    List<Action> actions = forecast.now().plan().actions();
    List<String> open = new ArrayList<>();
    if (has(actions, Action.ObtainToken.class)) {
      open.add(
          "whether the issuer has been asked already, and what it answered, only the operator"
              + " knows; explain asks no issuer");
    }
    if (has(actions, Action.RevokeTokens.class)) {
      open.add("how often it was tried already to revoke the tokens, only the operator knows");
    }
    if (has(actions, Action.CreateService.class) && access.serviceOwner() != null) {
      open.add(
          "the Service cannot be made while "
              + access.serviceOwner()
              + " has its name; the operator tries again after 5 s, doubling to 5 min");
    } else if (has(actions, Action.CreateService.class) || has(actions, Action.CreatePod.class)) {
      open.add(
          "what the API server refused before, and when that is tried again, only the operator"
              + " knows");
    }
    if (forecast.queued() || forecast.now().plan().slot() == Plan.Slot.HELD) {
      open.add(
          "at most maxConcurrentReplacements replacements of causes template, restart and node go"
              + " on at a time; how many do now, only the operator knows");
    }
    if (something) {
      open.add("if this is still to be done when you ask again, see whether an operator runs");
    }
    return open;
  }

  private static boolean has(List<Action> actions, Class<? extends Action> kind) {
    return actions.stream().anyMatch(kind::isInstance);
  }
}
