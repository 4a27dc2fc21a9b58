package dev.mcpsession.signin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonTest {
  private static final Person ALICE =
      new Person(new Owner("https://sso.example", "1"), "alice", Set.of("a", "b", "c"), "sso");

  /** Columns: the template's access; which groups are left; whether it lets her in. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{groups: [b, x, b]}         | b   | true",
        "{groups: [c, a]}            | a c | true",
        "{groups: [x]}               | ''  | false",
        "{groups: []}                | ''  | false",
        "{users: [alice]}            | ''  | true",
        "{everyone: true}            | ''  | true",
        "null                        | ''  | false"
      })
  void onlyTheGroupsThatATemplateNamesDecideWhetherItLetsSomebodyIn(
      String access, String left, boolean mayUse) {
    McpSessionTemplate template =
        Serialization.unmarshal(
            "metadata: {name: t, namespace: n}\nspec: {access: " + access + "}",
            McpSessionTemplate.class);

    Person known = ALICE.withGroupsFor(template);

    assertThat(String.join(" ", known.groups().stream().sorted().toList())).isEqualTo(left);
    assertThat(known.owner()).isEqualTo(ALICE.owner());
    assertThat(known.mayUse(template)).isEqualTo(mayUse).isEqualTo(ALICE.mayUse(template));
  }
}
