package dev.mcpsession.gateway.session;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;

/**
 * The Secret with a user's grant of a template's upstream, in the template's namespace. Its name
 * says which session it belongs to, and needs no other object to be found.
 */
public final class GrantName {
  /** What all such names begin with; the gateway may write no other Secrets beside templates. */
  public static final String PREFIX = "grant-";

  private GrantName() {}

  /** {@code grant-} and the 26 characters that stand for the user in the session's name. */
  public static String of(McpResource resource, Owner owner) {
    return PREFIX + SessionName.userPart(resource, owner);
  }
}
