package dev.mcpsession.explain;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.text.OneLine;
import java.util.ArrayList;
import java.util.List;

/** What the status says, and whether the session is being deleted. */
record Standing(Observation seen, ReadAccess access, Moment moment) {
  void write(TextTable table) {
    if (seen.session().deletedAt() != null) {
      table.put("Deletion", "asked for at " + moment.tell(seen.session().deletedAt()));
      table.more(finalizers());
    }
    McpSessionStatus status = seen.session().status();
    if (status == null || status.conditions() == null) {
      table.put("Status", "empty: no operator has worked on this session yet");
      return;
    }
    for (Condition condition : status.conditions()) {
      table.put(condition.type(), head(condition));
      if (!condition.message().isBlank()) {
        table.more(OneLine.of(condition.message()));
      }
    }
    Long observed = status.observedGeneration();
    if (observed != null && observed != seen.session().generation()) {
      table.put(
          "Status",
          "tells about generation "
              + observed
              + ", while the spec is at "
              + seen.session().generation());
    }
  }

  private String head(Condition condition) {
    String state = condition.status() + ", " + condition.reason();
    return condition.lastTransitionTime() == null
        ? state
        : state + " since " + moment.tell(condition.lastTransitionTime());
  }

  private String finalizers() {
    List<String> holding = new ArrayList<>();
    if (seen.session().finalizer()) {
      holding.add(Names.REVOCATION_FINALIZER + ", which the operator removes");
    }
    access
        .otherFinalizers()
        .forEach(other -> holding.add(other + ", which another program has to remove"));
    return holding.isEmpty()
        ? "no finalizer holds it: it is about to be gone"
        : "it waits for the finalizer " + String.join(" and ", holding);
  }
}
