package dev.mcpsession.signin.account;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.Person;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * PURE. Which templates a person can have anything at. Issuer and subject are not enough: whoever
 * may write a template may name any user info endpoint, and so make up anybody of its host.
 */
final class OwnTemplates {
  private static final Comparator<McpSessionTemplate> ORDER =
      Comparator.comparing(it -> McpResource.of(it).toString());

  private OwnTemplates() {}

  /**
   * Those at which the very provider vouches for users that vouches for this person, in order of
   * their names.
   *
   * @param provider fingerprint of what vouches for the users of a template; empty: nothing does
   */
  static List<McpSessionTemplate> of(
      Person person,
      Collection<McpSessionTemplate> templates,
      Function<McpSessionTemplate, Optional<String>> provider) {
    return templates.stream()
        .filter(it -> it.getSpec() != null && it.getSpec().signIn() != null)
        .filter(it -> provider.apply(it).equals(Optional.of(person.provider())))
        .sorted(ORDER)
        .toList();
  }
}
