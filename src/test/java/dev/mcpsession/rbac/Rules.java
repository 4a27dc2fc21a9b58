package dev.mcpsession.rbac;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Permissions as the rules of a Role: one rule a resource, with its verbs in the table's order. */
public final class Rules {
  private Rules() {}

  private record Target(String group, String resource) {}

  /** As objects. */
  public static List<PolicyRule> of(List<Permission> permissions) {
    return verbs(permissions).entrySet().stream()
        .map(
            e ->
                new PolicyRuleBuilder()
                    .withApiGroups(e.getKey().group())
                    .withResources(e.getKey().resource())
                    .withVerbs(e.getValue())
                    .build())
        .toList();
  }

  /**
   * As YAML.
   *
   * @param indent spaces before each line
   */
  static String yaml(List<Permission> permissions, int indent) {
    StringBuilder yaml = new StringBuilder();
    verbs(permissions)
        .forEach(
            (target, verbs) ->
                yaml.append(
                    """
                    - apiGroups: [%s]
                      resources: [%s]
                      verbs: [%s]
                    """
                        .formatted(
                            target.group().isEmpty() ? "\"\"" : target.group(),
                            target.resource(),
                            String.join(", ", verbs))));
    return yaml.toString().indent(indent);
  }

  private static Map<Target, List<String>> verbs(List<Permission> permissions) {
    Map<Target, List<String>> verbs = new LinkedHashMap<>();
    for (Permission permission : permissions) {
      verbs
          .computeIfAbsent(
              new Target(permission.group(), permission.resource()), target -> new ArrayList<>())
          .add(permission.verb());
    }
    return verbs;
  }
}
