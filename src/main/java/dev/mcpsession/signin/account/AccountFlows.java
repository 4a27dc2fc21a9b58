package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.StoreException;
import java.util.Optional;

/**
 * Sends a user of the account page to a provider. What goes with them is bound to their browser, so
 * that nobody can be made to come back as somebody else.
 */
public interface AccountFlows {
  /**
   * To say who they are; {@link AccountEndpoint#signedIn} goes on.
   *
   * @param upstream the template whose upstream is asked; empty: the identity provider
   */
  SiteAnswer signIn(SiteRequest request, Optional<McpResource> upstream) throws StoreException;

  /** To give a grant of the template's upstream; ends on the account page. */
  SiteAnswer giveGrant(SiteRequest request, Person person, McpSessionTemplate template)
      throws StoreException;
}
