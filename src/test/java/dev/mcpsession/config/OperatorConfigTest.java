package dev.mcpsession.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorConfigTest {

  @Test
  void everyDefaultIsAsDocumented() {
    assertThat(OperatorConfig.defaults())
        .isEqualTo(
            new OperatorConfig(
                10,
                20,
                false,
                false,
                new OperatorConfig.TokenEndpoints(List.of(), false, 4),
                new OperatorConfig.LeaderElection(
                    "mcp-session-operator",
                    Optional.empty(),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2))));
  }

  @Test
  void everyKeyIsRead() throws Exception {
    assertThat(
            OperatorConfig.parse(
                """
                maxConcurrentReplacements: 3
                maxConcurrentTokenCalls: 4
                watchTokenSecrets: true
                watchNodes: true
                tokenEndpoints:
                  allowed:
                    - https://git.example/login
                    - "http://keycloak.mcp.svc:8080"
                  allowHttp: true
                  maxConcurrentCalls: 2
                leaderElection:
                  leaseName: sessions.example
                  leaseNamespace: mcp
                  leaseDurationSeconds: 30
                  renewDeadlineSeconds: 20
                  retryPeriodSeconds: 5
                """))
        .isEqualTo(
            new OperatorConfig(
                3,
                4,
                true,
                true,
                new OperatorConfig.TokenEndpoints(
                    List.of(
                        EndpointUrl.parse("https://git.example/login"),
                        EndpointUrl.parse("http://keycloak.mcp.svc:8080")),
                    true,
                    2),
                new OperatorConfig.LeaderElection(
                    "sessions.example",
                    Optional.of("mcp"),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing but a comment\n",
        "---\n",
        "{}",
        "leaderElection:\n",
        "leaderElection: {}\n",
        "tokenEndpoints: {allowed: [], allowHttp: false}\n"
      })
  void anEmptyFileMeansTheDefaults(String yaml) throws Exception {
    assertThat(OperatorConfig.parse(yaml)).isEqualTo(OperatorConfig.defaults());
  }

  @Test
  void aFileIsReadAndAMissingOneSaysSo(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(folder.resolve("operator.yaml"), "maxConcurrentReplacements: 7\n");
    assertThat(OperatorConfig.read(file).maxConcurrentReplacements()).isEqualTo(7);
    Assertions.assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> OperatorConfig.read(folder.resolve("absent.yaml")));
  }

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
      case Setting.TruthValue truth -> value.equals(" true");
      case Setting.Urls urls -> value.startsWith(" [");
      case Setting.Name name -> value.equals(" 'yes'");
      case Setting.WholeNumber number -> false;
    };
  }

  @Test
  void everyItemOfAListIsLookedAtAndReportedWithItsLine() {
    assertThat(
            problems(
                """
                tokenEndpoints:
                  allowed:
                    - https://git.example/login
                    - git.example
                    - 42
                    - [https://a.example]
                    - https://alice:pass-word@git.example/
                    - https://git.example/?key=pass-word
                    - HTTPS://Git.Example:443/login/
                    - http://plain.example/
                  allowHttp: maybe
                  maxConcurrentCalls: 0
                """))
        .containsExactly(
            "line 4: tokenEndpoints.allowed holds the text 'git.example'; each item must be "
                + EndpointUrl.ALLOWED_PREFIX
                + ".",
            "line 5: tokenEndpoints.allowed holds 42; each item must be "
                + EndpointUrl.ALLOWED_PREFIX
                + ".",
            "line 6: tokenEndpoints.allowed holds a list; each item must be "
                + EndpointUrl.ALLOWED_PREFIX
                + ".",
            "line 7: tokenEndpoints.allowed holds a URL with user information, a query or a"
                + " fragment; each item must be "
                + EndpointUrl.ALLOWED_PREFIX
                + ".",
            "line 8: tokenEndpoints.allowed holds a URL with user information, a query or a"
                + " fragment; each item must be "
                + EndpointUrl.ALLOWED_PREFIX
                + ".",
            "line 9: tokenEndpoints.allowed holds HTTPS://Git.Example:443/login/, which is given"
                + " twice.",
            "line 11: tokenEndpoints.allowHttp is the text 'maybe'; it must be true or false.",
            "line 12: tokenEndpoints.maxConcurrentCalls is 0; it must be a whole number from 1 to"
                + " 1000.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  allowHttp: false\n"})
  void anHttpUrlIsRefusedUnlessItIsAllowed(String rest) {
    String yaml = "tokenEndpoints:\n  allowed: ['http://plain.example/']\n";
    assertThat(problems(yaml + rest))
        .containsExactly(
            "line 2: tokenEndpoints.allowed holds http://plain.example/, but secrets must not"
                + " travel unencrypted; use https, or for tests set tokenEndpoints.allowHttp to"
                + " true.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example",
        "https://git.example/",
        "https://git.example:8443/a/b-c/~d/",
        "https://10.0.0.1/x",
        "https://[fd00::1]:8443/x"
      })
  void anAbsoluteUrlIsAPrefix(String url) throws Exception {
    assertThat(
            OperatorConfig.parse("tokenEndpoints: {allowed: ['" + url + "']}")
                .tokenEndpoints()
                .allowed())
        .extracting(EndpointUrl::uri)
        .containsExactly(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/login",
        "//git.example/",
        "https:git.example",
        "https:///login",
        "ftp://git.example/",
        "https://git.example./",
        "https://git.example:/",
        "https://git.example:0443/",
        "https://git.example:99999/",
        "https://git.example/a/../b",
        "https://git.example/./b",
        "https://git.example//b",
        "https://git.example/a%2fb",
        "https://git.example/a;b",
        "https://git.example/a\\b",
        "https://git.example/ä",
        "https://*.example/",
        "https://[fe80::1%25eth0]/",
        "https://git.example/#top"
      })
  void whatIsNoPlainUrlIsNoPrefix(String url) {
    assertThat(problems("tokenEndpoints: {allowed: ['" + url + "']}"))
        .singleElement()
        .asString()
        .contains("line 1: tokenEndpoints.allowed holds ", EndpointUrl.ALLOWED_PREFIX);
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

  private static List<String> problems(String yaml) {
    InvalidConfigException refused =
        catchThrowableOfType(InvalidConfigException.class, () -> OperatorConfig.parse(yaml));
    assertThat(refused).as("refused: %s", yaml).isNotNull();
    return refused.problems();
  }
}
