package dev.mcpsession.explain;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionStatus.Attempt;
import dev.mcpsession.plan.assess.StatusRecord;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.resources.Inputs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The serving backend, the attempt, the Pods and the Service. */
record Backend(Observation seen, ReadAccess access, Moment moment) {
  void write(TextTable table) {
    McpSessionStatus status = seen.session().status();
    table.put("Revision", revision(status));
    if (status != null && status.attempt() != null) {
      table.put("Attempt", attempt(status, status.attempt()));
    } else if (status != null && status.nextAttemptTime() != null) {
      table.put("Attempt", "none before " + moment.tell(status.nextAttemptTime()));
    }
    if (status != null && status.failures() != null && status.failures() > 0) {
      table.put("Failures", status.failures() + " in a row");
    }
    table.put("Pods", pods());
    table.put("Service", service());
    ObservedPod reference = reference(status);
    if (reference != null && access.templateReadable()) {
      table.put("Inputs", inputs(reference));
    }
  }

  private String revision(@Nullable McpSessionStatus status) {
    if (status == null || status.revision() == null) {
      return "none has served yet";
    }
    return status.podName() == null
        ? status.revision() + " served last, none serves now"
        : status.revision()
            + " serves at "
            + status.endpoint()
            + (status.servingSince() == null ? "" : " since " + moment.tell(status.servingSince()));
  }

  private String attempt(McpSessionStatus status, Attempt attempt) {
    String what = "revision " + attempt.revision() + ", cause " + attempt.cause().label();
    return status.nextAttemptTime() == null
        ? what + ", begun at " + moment.tell(attempt.startTime())
        : what + ", waits until " + moment.tell(status.nextAttemptTime());
  }

  private List<String> pods() {
    if (!access.podsReadable()) {
      return List.of("not readable");
    }
    List<String> lines =
        seen.children().pods().stream()
            .sorted(Comparator.comparingInt(ObservedPod::revision))
            .map(this::pod)
            .toList();
    return lines.isEmpty() ? List.of("none") : lines;
  }

  private String pod(ObservedPod pod) {
    String role =
        switch (StatusRecord.of(seen.session().status(), moment.now()).roleOf(pod)) {
          case SERVING -> "serving";
          case CANDIDATE -> "candidate";
          case RETIRED -> "retired";
          case STRAY -> "named by no status";
          case FOREIGN -> "of another owner, so its number is not used";
        };
    return pod.name()
        + ": "
        + role
        + ", "
        + state(pod)
        + (pod.ip() == null ? "" : ", " + pod.ip())
        + (pod.leaving() == null ? "" : ", " + pod.leaving());
  }

  private String state(ObservedPod pod) {
    String shown = pod.trouble().isEmpty() ? pod.waitToShow() : pod.troubleToShow();
    String trouble = shown.isEmpty() ? "" : ": " + shown;
    if (pod.terminating()) {
      return "being deleted";
    }
    if (pod.ended()) {
      return "ended" + trouble;
    }
    if (pod.ready()) {
      return "Ready"
          + (pod.readyChangedAt() == null ? "" : " since " + moment.tell(pod.readyChangedAt()));
    }
    return "not Ready"
        + (pod.scheduledAt() == null
            ? ", not scheduled"
            : ", scheduled at " + moment.tell(pod.scheduledAt()))
        + trouble;
  }

  private String service() {
    ObservedService service = seen.children().service();
    String name = seen.session().key().name();
    if (access.serviceOwner() != null) {
      return name + " belongs to " + access.serviceOwner();
    }
    if (service == null) {
      return !access.templateReadable()
          ? "none"
          : seen.session().spec().wantsService() ? "none yet" : "none, as spec.service asks";
    }
    return name
        + (service.terminating() ? " is being deleted" : "")
        + (service.revision() == null
            ? " points to no revision"
            : " points to revision " + service.revision())
        + (service.port() == null ? "" : ", port " + service.port());
  }

  /**
   * The Pod whose inputs are compared with the current ones: the serving one, else the candidate.
   */
  private @Nullable ObservedPod reference(@Nullable McpSessionStatus status) {
    if (status == null) {
      return null;
    }
    ObservedPod serving =
        status.podName() == null || status.revision() == null
            ? null
            : seen.children().ownPod(status.revision());
    return serving != null || status.attempt() == null
        ? serving
        : seen.children().ownPod(status.attempt().revision());
  }

  private String inputs(ObservedPod pod) {
    Inputs wanted =
        Inputs.of(seen.session().spec(), seen.session().restartedAt(), seen.source().input());
    List<String> changed = new ArrayList<>();
    if (!pod.isOfTemplate(wanted)) {
      changed.add("podTemplate, port or token of the spec");
    }
    if (!pod.isOfRestart(wanted)) {
      changed.add("restartedAt");
    }
    if (pod.token() != null && seen.source().supersedes(pod.token(), moment.now())) {
      changed.add("the token in the source");
    }
    return changed.isEmpty()
        ? "unchanged since revision " + pod.revision() + " was made"
        : "changed since revision " + pod.revision() + " was made: " + String.join(", ", changed);
  }
}
