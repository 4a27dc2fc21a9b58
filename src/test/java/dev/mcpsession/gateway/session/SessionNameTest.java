package dev.mcpsession.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionNameTest {
  private static final Owner ALICE = new Owner("https://sso.example/realms/staff", "alice-123");
  private static final McpResource FORGEJO = new McpResource("team", "forgejo");

  @Test
  void theNameIsTheOneOfTheContract() {
    assertThat(SessionName.of(FORGEJO, ALICE)).isEqualTo("forgejo-hvnryrzl2my7kxd4w2wcgrsljd");
  }

  @Test
  void theGrantHasTheUsersPartOfTheName() {
    assertThat(GrantName.of(FORGEJO, ALICE)).isEqualTo("grant-hvnryrzl2my7kxd4w2wcgrsljd");
  }

  @Test
  void theOwnersHashIsTheOneOfTheContract() {
    assertThat(SessionName.ownerHash(ALICE)).startsWith("6d18a38c1dbe6439").hasSize(64);
  }

  @Test
  void theLongestTemplateGivesANameThatASessionMayHave() {
    String longest = "a".repeat(25);
    assertThat(SessionName.of(new McpResource("team", longest), ALICE))
        .hasSize(52)
        .matches("a{25}-[a-z2-7]{26}");
  }

  @ParameterizedTest
  @CsvSource({
    "https://sso.example/realms/staff, alice-123, team2, forgejo",
    "https://sso.example/realms/staff, alice-124, team, forgejo",
    "https://sso.example/realms/staffalice, -123, team, forgejo",
    "https://sso.example/realms/staff, alice-123t, eam, forgejo",
    "https://sso.example/realms/staff, alice-123, te, amforgejo",
    "https://sso.example/realms/staff, Alice-123, team, forgejo"
  })
  void whatDiffersInOnePartHasAnotherName(
      String issuer, String subject, String namespace, String template) {
    String ours = SessionName.of(FORGEJO, ALICE);
    String other = SessionName.of(new McpResource(namespace, template), new Owner(issuer, subject));
    assertThat(suffix(other)).isNotEqualTo(suffix(ours));
  }

  @Test
  void aNetstringCountsBytes() {
    assertThat(Netstrings.of("alice", "", "\u00e9")).asString().isEqualTo("5:alice0:2:\u00e9");
  }

  private static String suffix(String name) {
    return name.substring(name.length() - 26);
  }
}
