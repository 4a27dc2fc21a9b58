package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.gateway.auth.AccessDecision;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.route.User;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Somebody who has signed in.
 *
 * @param owner issuer and subject: the upstream's URL or the identity provider's issuer, and a
 *     stable id, never a login name
 * @param name what people read, from the user claim
 * @param groups values of the groups claim, or those of them that matter for one template; may be
 *     empty
 * @param provider what vouches for them: a fingerprint of its endpoints, so that nobody who may
 *     configure another one with the same issuer gets at the same owner
 */
public record Person(Owner owner, String name, Set<String> groups, String provider) {
  public Person {
    groups = Set.copyOf(groups);
  }

  /**
   * The same with only those groups that a template's access names. No others say anything about
   * whether it lets them in, and all that somebody has may be too many for a cookie, a URL or the
   * header of a token.
   */
  public Person withGroupsFor(McpSessionTemplate template) {
    McpSessionTemplateSpec.Access access = template.getSpec().access();
    List<String> named = access == null ? null : access.groups();
    return new Person(
        owner,
        name,
        named == null
            ? Set.of()
            : named.stream().filter(groups::contains).collect(Collectors.toUnmodifiableSet()),
        provider);
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
