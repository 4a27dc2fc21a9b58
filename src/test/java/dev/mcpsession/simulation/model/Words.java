package dev.mcpsession.simulation.model;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.PodTemplate;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Short words for the trace. */
public final class Words {
  private Words() {}

  public static String of(@Nullable McpSessionStatus status) {
    if (status == null) {
      return "none";
    }
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return "revision="
        + status.revision()
        + " pod="
        + status.podName()
        + " activeSince="
        + status.activeSince()
        + " servingSince="
        + status.servingSince()
        + " expires="
        + status.tokenExpirationTime()
        + " renewal="
        + status.renewalTime()
        + " attempt="
        + status.attempt()
        + " failures="
        + status.failures()
        + " next="
        + status.nextAttemptTime()
        + conditions.stream()
            .map(condition -> " " + condition.type() + "=" + condition.reason())
            .collect(Collectors.joining());
  }

  /** A field of a spec; for a template, only the image. */
  public static String of(Object value) {
    if (value instanceof PodTemplate template) {
      return template.spec().getContainers().getFirst().getImage();
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + of(entry.getValue()))
          .sorted()
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value.toString();
  }

  public static String of(Service service) {
    return service.getMetadata().getName()
        + " -> "
        + (service.getSpec() == null ? null : service.getSpec().getSelector());
  }
}
