package dev.mcpsession.config;

import static dev.mcpsession.config.RefusedConfig.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mistake is refused, with its line and what would be right. */
class OperatorConfigMistakesTest {
  @Test
  void allThatIsWrongIsReportedAtOnceWithItsLine() {
    assertThat(
            problems(
                """
                maxConcurrentReplacements: 0
                maxConcurrentTokenCalls: "20"
                maxConcurrency: 5
                leaderElection:
                  leaseName: Not_A_Name
                  leaseNamespace: [a]
                  leaseDurationSeconds: 10
                  renewDeadlineSeconds: 10
                  retryPeriodSeconds: 1.5
                  retryPeriod: 2
                """))
        .containsExactly(
            "line 1: maxConcurrentReplacements is 0; it must be a whole number from 1 to 1000.",
            "line 2: maxConcurrentTokenCalls is the text '20'; it must be a whole number from 1 to"
                + " 1000.",
            "line 3: unknown key maxConcurrency; known here are maxConcurrentReplacements,"
                + " maxConcurrentTokenCalls, watchTokenSecrets, watchNodes, tokenEndpoints,"
                + " leaderElection.",
            "line 5: leaderElection.leaseName is the text 'Not_A_Name'; it must be a name of"
                + " lower-case letters, digits, '-' and '.', at most 253 characters.",
            "line 6: leaderElection.leaseNamespace is a list; it must be a name of lower-case"
                + " letters, digits and '-', at most 63 characters.",
            "line 9: leaderElection.retryPeriodSeconds is 1.5; it must be a whole number from 1 to"
                + " 3600.",
            "line 10: unknown key leaderElection.retryPeriod; known here are leaseName,"
                + " leaseNamespace, leaseDurationSeconds, renewDeadlineSeconds,"
                + " retryPeriodSeconds.",
            "line 8 and 7: leaderElection.renewDeadlineSeconds is 10; it must be less than"
                + " leaderElection.leaseDurationSeconds, which is 10.");
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void noKeyTakesAValueOfAnotherKind(Setting setting) {
    for (String value : List.of("", " [1, 2]", " {a: {b: 1}}", " true", " 'yes'", " 1.5")) {
      if (isOfItsKind(setting, value)) {
        continue;
      }
      int dot = setting.key().indexOf('.');
      String yaml =
          dot < 0
              ? setting.key() + ":" + value
              : setting.key().substring(0, dot)
                  + ":\n  "
                  + setting.key().substring(dot + 1)
                  + ":"
                  + value;
      assertThat(problems(yaml))
          .singleElement()
          .asString()
          .contains(setting.key() + " is ", "it must be " + setting.allowed());
    }
  }

  private static boolean isOfItsKind(Setting setting, String value) {
    return switch (setting.kind()) {
      case Kind.TruthValue truth -> value.equals(" true");
      case Kind.Items<?> urls -> value.startsWith(" [");
      case Kind.Text name -> value.equals(" 'yes'");
      case Kind.WholeNumber number -> false;
      case Kind.Sections sections -> false;
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "0",
        "1001",
        "99999999999999999999999",
        "0x10",
        "010",
        "1_0",
        "1e1",
        "10.0",
        "ten"
      })
  void whatIsNoWholeNumberInRangeIsRefused(String value) {
    assertThat(problems("maxConcurrentReplacements: " + value))
        .singleElement()
        .asString()
        .startsWith("line 1: maxConcurrentReplacements is ");
  }

  @ParameterizedTest
  @CsvSource({"15, 15, 2", "15, 16, 2", "15, 10, 10", "15, 10, 11"})
  void periodsThatContradictEachOtherAreRefused(int lease, int renew, int retry) {
    assertThat(
            problems(
                "leaderElection: {leaseDurationSeconds: %d, renewDeadlineSeconds: %d, retryPeriodSeconds: %d}"
                    .formatted(lease, renew, retry)))
        .singleElement()
        .asString()
        .contains("it must be less than");
  }

  @Test
  void aValueThatContradictsADefaultIsRefused() {
    assertThat(problems("leaderElection:\n  leaseDurationSeconds: 9\n"))
        .containsExactly(
            "line 2: leaderElection.renewDeadlineSeconds is 10; it must be less than"
                + " leaderElection.leaseDurationSeconds, which is 9.");
  }

  @Test
  void aKeyGivenTwiceIsRefused() {
    assertThat(problems("maxConcurrentReplacements: 1\nmaxConcurrentReplacements: 2\n"))
        .containsExactly("line 2: maxConcurrentReplacements is given twice.");
  }

  @Test
  void aSectionThatIsAValueIsRefused() {
    assertThat(problems("leaderElection: true\n"))
        .containsExactly("line 1: leaderElection is true; it must hold keys of its own.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a\n- b\n", "text", "42"})
  void aFileWithoutKeysIsRefused(String yaml) {
    assertThat(problems(yaml))
        .containsExactly("line 1: the file must hold keys and values, as in 'key: value'.");
  }

  @Test
  void aSecondDocumentIsRefused() {
    assertThat(problems("maxConcurrentReplacements: 1\n---\nmaxConcurrentReplacements: 2\n"))
        .singleElement()
        .asString()
        .contains("a second document");
  }

  @Test
  void whatIsNotYamlSaysWhere() {
    assertThat(problems("maxConcurrentReplacements: 1\nleaderElection: {leaseName: a\n"))
        .singleElement()
        .asString()
        .matches("line [23]: not YAML: .*");
  }
}
