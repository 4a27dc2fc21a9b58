package dev.mcpsession.signin.identity;

import dev.mcpsession.api.McpSessionSpec.Owner;
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
}
