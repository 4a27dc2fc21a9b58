package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.auth.AccessDecision;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.route.User;
import java.util.Set;

/**
 * Somebody who has signed in.
 *
 * @param owner issuer and subject: the upstream's URL or the identity provider's issuer, and a
 *     stable id, never a login name
 * @param name what people read, from the user claim
 * @param groups values of the groups claim; may be empty
 * @param provider what vouches for them: a fingerprint of its endpoints, so that nobody who may
 *     configure another one with the same issuer gets at the same owner
 */
public record Person(Owner owner, String name, Set<String> groups, String provider) {
  public Person {
    groups = Set.copyOf(groups);
  }

  /**
   * Whether a template lets them in; scopes are what a client asks for, and decide nothing here.
   */
  public boolean mayUse(McpSessionTemplate template) {
    Caller caller = new Caller(new User(owner, name), groups, Set.of(), Set.of(), Caller.NEVER);
    return !(AccessDecision.of(template.getSpec().access(), caller)
        instanceof AccessDecision.Hidden);
  }
}
