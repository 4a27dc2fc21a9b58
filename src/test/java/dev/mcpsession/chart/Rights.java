package dev.mcpsession.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the Roles of some manifests allow. */
final class Rights {
  private Rights() {}

  /** Each Role and ClusterRole by its name, with each right as {@code verb group/resource}. */
  static Map<String, Set<String>> byRole(Manifests manifests) {
    Map<String, Set<String>> rights = new TreeMap<>();
    for (String kind : Set.of("Role", "ClusterRole")) {
      manifests
          .ofKind(kind)
          .forEach(
              role ->
                  rights.put(
                      new Manifests(java.util.List.of(role)).names().iterator().next(), of(role)));
    }
    return rights;
  }

  /** All of them together. */
  static Set<String> of(Manifests manifests) {
    Set<String> rights = new TreeSet<>();
    byRole(manifests).values().forEach(rights::addAll);
    return rights;
  }

  /** Of one Role or ClusterRole. */
  static Set<String> of(JsonNode role) {
    Set<String> rights = new TreeSet<>();
    for (JsonNode rule : role.path("rules")) {
      for (JsonNode verb : rule.path("verbs")) {
        for (JsonNode group : rule.path("apiGroups")) {
          for (JsonNode resource : rule.path("resources")) {
            rights.add(
                verb.asText()
                    + " "
                    + (group.asText().isEmpty() ? "" : group.asText() + "/")
                    + resource.asText()
                    + (rule.has("resourceNames") ? " " + rule.path("resourceNames") : ""));
          }
        }
      }
    }
    return rights;
  }
}
