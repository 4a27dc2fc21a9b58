package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.User;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NewSessionTest {
  private static final User ALICE =
      new User(new Owner("https://sso.example/realms/staff", "alice-123"), "alice");
  private static final McpSessionTemplate TEMPLATE =
      Serialization.unmarshal(
          """
          apiVersion: mcpsession.dev/v1alpha1
          kind: McpSessionTemplate
          metadata: {name: forgejo, namespace: team, uid: u}
          spec: {session: {podTemplate: {spec: {}}}}
          """,
          McpSessionTemplate.class);

  static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of("alice", "alice"),
        Arguments.of("Ålice 😀", "Ålice 😀"),
        Arguments.of("", "subject-1"),
        Arguments.of(" \n", "subject-1"),
        Arguments.of("a\nREADY True", "a READY True"),
        Arguments.of("a\u001b[2J", "a\\u001b[2J"),
        Arguments.of("😀".repeat(256), "😀".repeat(256)),
        Arguments.of("a".repeat(257), "a".repeat(255) + "…"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theUserIsWhatPeopleReadAndFitsIntoTheField(String name, String user) {
    User caller = new User(new Owner("https://sso.example", "subject-1"), name);
    assertThat(NewSession.of(TEMPLATE, "forgejo-x", caller, Instant.EPOCH).getSpec().user())
        .isEqualTo(user);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "signIn: {identity: Upstream}, | oauth2Refresh: {} | grant-hvnryrzl2my7kxd4w2wcgrsljd",
        "signIn: {identity: Issuer}, | oauth2Refresh: {} | grant-hvnryrzl2my7kxd4w2wcgrsljd",
        "signIn: {identity: Issuer}, | oauth2Refresh: {grantSecretName: robot} | -",
        "signIn: {identity: Issuer}, | secret: {name: robot} | -",
        "signIn: {identity: Issuer}, | | -",
        "'' | oauth2Refresh: {} | -"
      })
  void onlyAUserWhoSignsInToAnUpstreamHasAGrant(String signIn, String source, String grant) {
    McpSessionTemplate template =
        Serialization.unmarshal(
            """
            metadata: {name: forgejo, namespace: team, uid: u}
            spec: {%s session: {podTemplate: {spec: {}}%s}}
            """
                .formatted(signIn, source == null ? "" : ", token: {" + source + "}"),
            McpSessionTemplate.class);
    McpSession session = NewSession.of(template, "forgejo-x", ALICE, Instant.EPOCH);
    assertThat(session.getSpec().grantSecretName()).isEqualTo(grant);
  }
}
