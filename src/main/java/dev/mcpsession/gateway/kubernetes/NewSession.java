package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionSpec.TemplateReference;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.GrantName;
import dev.mcpsession.text.Excerpt;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;

/** The object that the gateway creates for a user. */
final class NewSession {
  /** Most characters of spec.user. */
  private static final int LONGEST_USER = 256;

  private NewSession() {}

  /**
   * Not created yet. It goes with its template, which owns it.
   *
   * @param template as stored
   * @param now the first use
   */
  static McpSession of(McpSessionTemplate template, String name, User user, Instant now) {
    McpSession session = new McpSession();
    session.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(template.getMetadata().getNamespace())
            .addToLabels(Names.CREATED_BY_LABEL, Names.CREATED_BY_GATEWAY)
            .addToAnnotations(Names.LAST_ACTIVE, now.toString())
            .withOwnerReferences(TemplateOwner.of(template))
            .build());
    session.setSpec(spec(template, user));
    return session;
  }

  private static McpSessionSpec spec(McpSessionTemplate template, User user) {
    McpResource resource = McpResource.of(template);
    McpSessionSpec spec =
        McpSessionSpec.of(readable(user), user.owner(), new TemplateReference(resource.template()));
    return template.getSpec().givesEachUserAGrant()
        ? spec.withGrantSecretName(GrantName.of(resource, user.owner()))
        : spec;
  }

  /** What people read, as long as it may be; the subject of a user whose name says nothing. */
  private static String readable(User user) {
    String name = Excerpt.ofLine(user.name(), LONGEST_USER);
    return name.isBlank() ? Excerpt.ofLine(user.owner().subject(), LONGEST_USER) : name;
  }
}
