package dev.mcpsession.signin.account;

import static dev.mcpsession.signin.account.AccountObjects.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionTemplate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnTemplatesTest {
  @Test
  void onlyTheProviderThatVouchesForThePersonCounts() {
    List<McpSessionTemplate> all =
        List.of(
            AccountObjects.template("wiki"),
            AccountObjects.template("forged"),
            AccountObjects.template("forgejo"),
            AccountObjects.template("unknown"));
    // "forged" names the same host, with a user info endpoint of somebody else's.
    Map<String, String> providers =
        Map.of("wiki", "of-git", "forgejo", "of-git", "forged", "of-git-forged");

    List<McpSessionTemplate> own =
        OwnTemplates.of(
            ALICE, all, it -> Optional.ofNullable(providers.get(it.getMetadata().getName())));

    assertThat(own).extracting(it -> it.getMetadata().getName()).containsExactly("forgejo", "wiki");
  }
}
