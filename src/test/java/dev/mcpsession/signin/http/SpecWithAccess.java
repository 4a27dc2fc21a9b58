package dev.mcpsession.signin.http;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import java.util.List;

/** A template's spec with another access. */
final class SpecWithAccess {
  private SpecWithAccess() {}

  static McpSessionTemplateSpec of(McpSessionTemplateSpec spec, List<String> users) {
    return of(spec, new McpSessionTemplateSpec.Access(false, users, null, null));
  }

  static McpSessionTemplateSpec of(
      McpSessionTemplateSpec spec, McpSessionTemplateSpec.Access access) {
    return new McpSessionTemplateSpec(
        spec.description(),
        access,
        spec.activity(),
        spec.onDisconnect(),
        spec.disconnectGraceSeconds(),
        spec.connectionsPerSession(),
        spec.session(),
        spec.signIn());
  }

  /** The same as that of the template, but for what it says of itself. */
  static McpSessionTemplateSpec described(McpSessionTemplate template, String description) {
    McpSessionTemplateSpec spec = template.getSpec();
    return new McpSessionTemplateSpec(
        description,
        spec.access(),
        spec.activity(),
        spec.onDisconnect(),
        spec.disconnectGraceSeconds(),
        spec.connectionsPerSession(),
        spec.session(),
        spec.signIn());
  }
}
