package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.signin.identity.Grants;
import java.util.Optional;

/**
 * What was seen of a person at one template.
 *
 * @param template one that the person's provider vouches at
 * @param session the object of the name that the person's session has; empty: there is none
 * @param use of that session
 * @param grant empty: the person has given none
 */
record Holding(
    McpSessionTemplate template,
    Optional<McpSession> session,
    Optional<SessionUse> use,
    Optional<Grants.State> grant) {
  /** What clients address. */
  McpResource resource() {
    return McpResource.of(template);
  }
}
