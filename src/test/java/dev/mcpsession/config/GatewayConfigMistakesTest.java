package dev.mcpsession.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mistake is refused, with its line and what would be right. */
class GatewayConfigMistakesTest {
  private static final String URL = EndpointUrl.ALLOWED_PREFIX;

  @Test
  void allThatIsWrongIsReportedAtOnceWithItsLine() {
    assertThat(
            problems(
                """
                baseUrl: mcp.example
                keysDirectory: keys
                issuers:
                  - issuer: sso.example
                    audience: mcp
                    audiences: mcp
                    jwksUri: https://me:secret@sso.example/
                    userClaim: ""
                    requiredScopes: ["a b"]
                  - text
                  - audiences: [mcp, mcp]
                allowHttpIssuers: maybe
                allowedOrigins: ["*", "null", https://app.example/, HTTPS://b.example:443, https://b.example]
                allowedHosts: [mcp.example:8080]
                limits: {bodyBytes: 1, requestsPerUser: 0, requests: 5}
                """))
        .containsExactly(
            "line 1: baseUrl is the text 'mcp.example'; it must be " + URL + ".",
            "line 2: keysDirectory is the text 'keys'; it must be an absolute path, or empty.",
            "line 4: issuers[].issuer is the text 'sso.example'; it must be " + URL + ".",
            "line 5: unknown key issuers[].audience; known here are issuer, audiences, jwksUri,"
                + " userClaim, groupsClaim, requiredScopes, caFile.",
            "line 6: issuers[].audiences is the text 'mcp'; it must be a list, each item 1 to 1024"
                + " visible ASCII characters.",
            "line 7: issuers[].jwksUri is a URL with user information, a query or a fragment; it"
                + " must be "
                + URL
                + ", or empty.",
            "line 8: issuers[].userClaim is the text ''; it must be a claim: 1 to 256 visible ASCII"
                + " characters.",
            "line 9: issuers[].requiredScopes holds the text 'a b'; each item must be a scope: 1 to"
                + " 256 visible ASCII characters without '\"' and '\\'.",
            "line 10: issuers holds the text 'text'; each item must hold keys of its own.",
            "line 11: issuers[].audiences holds mcp, which is given twice.",
            "line 12: allowHttpIssuers is the text 'maybe'; it must be true or false.",
            "line 13: allowedOrigins holds the text '*'; each item must be an origin such as"
                + " https://app.example, without a path; neither * nor null is one.",
            "line 13: allowedOrigins holds the text 'null'; each item must be an origin such as"
                + " https://app.example, without a path; neither * nor null is one.",
            "line 13: allowedOrigins holds the text 'https://app.example/'; each item must be an"
                + " origin such as https://app.example, without a path; neither * nor null is one.",
            "line 13: allowedOrigins holds https://b.example, which is given twice.",
            "line 14: allowedHosts holds the text 'mcp.example:8080'; each item must be a host name"
                + " or IP address without a port.",
            "line 15: limits.bodyBytes is 1; it must be a whole number from 65536 to 67108864.",
            "line 15: limits.requestsPerUser is 0; it must be a whole number from 1 to 100000.",
            "line 15: unknown key limits.requests; known here are headerBytes, bodyBytes,"
                + " headerSeconds, bodySeconds, connections, requestsPerUser, streamsPerUser,"
                + " newSessionsPerSecond, newSessionsBurst, backendConnectSeconds,"
                + " bufferEventsPerSession, bufferBytesPerSession, bufferBytes.",
            "line 11: issuers[].issuer is missing; it must be " + URL + ".");
  }

  static List<ConfigKey> keys() {
    return GatewayConfig.keys();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void noKeyTakesAValueOfAnotherKind(ConfigKey setting) {
    for (String value :
        List.of("", " [1, 2]", " {a: {b: 1}}", " true", " ' '", " 1.5", " 999999999999")) {
      if (setting.kind() instanceof Kind.TruthValue && value.equals(" true")) {
        continue;
      }
      assertThat(problems(yaml(setting.key(), value)))
          .as("%s:%s", setting.key(), value)
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem).startsWith("line "))
          .anySatisfy(problem -> assertThat(problem).contains(setting.key(), "must "));
    }
  }

  private static String yaml(String key, String value) {
    if (key.startsWith("issuers[].")) {
      String own = key.substring("issuers[].".length());
      return "baseUrl: https://mcp.example\nissuers:\n  - "
          + (own.equals("issuer") ? "" : "issuer: https://sso.example\n    ")
          + own
          + ":"
          + value
          + "\n";
    }
    String yaml = "";
    String indent = "";
    for (String name : key.split("\\.", -1)) {
      yaml += "\n" + indent + name + ":";
      indent += "  ";
    }
    return yaml.strip() + value;
  }

  @Test
  void issuersNeedABaseUrlSinceTokensAreIssuedForIt() {
    assertThat(problems("issuers:\n  - issuer: https://sso.example\n"))
        .containsExactly(
            "line 1: baseUrl is missing; tokens of issuers are issued for it, so it must be "
                + URL
                + ".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "line 2 and 3: limits.bufferBytesPerSession is 65537 | 65537 | 65536 | 65536",
        "line 2: limits.bufferBytesPerSession is 268435457 | 268435457 | | 268435456",
        "line 3: limits.bufferBytesPerSession is 16777216 | | 16777215 | 16777215"
      })
  void aSessionMayKeepNoMoreThanItsReplica(
      String begin, @Nullable Integer ofSession, @Nullable Integer ofReplica, int more) {
    assertThat(problems(buffers(ofSession, ofReplica)))
        .containsExactly(begin + "; it must be at most limits.bufferBytes, which is " + more + ".");
  }

  @Test
  void aSessionMayKeepAllThatItsReplicaKeeps() throws Exception {
    assertThat(GatewayConfig.parse(buffers(65536, 65536)).limits().bufferBytes()).isEqualTo(65536);
  }

  private static String buffers(@Nullable Integer ofSession, @Nullable Integer ofReplica) {
    return "limits:\n"
        + (ofSession == null ? "\n" : "  bufferBytesPerSession: " + ofSession + "\n")
        + (ofReplica == null ? "\n" : "  bufferBytes: " + ofReplica + "\n");
  }

  @Test
  void anIssuerGivenTwiceIsRefused() {
    assertThat(
            problems(
                """
                baseUrl: https://mcp.example
                issuers:
                  - issuer: https://sso.example
                  - issuer: https://sso.example/
                  - issuer: https://sso.example
                """))
        .containsExactly("line 5: issuers[].issuer is https://sso.example, which is given twice.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "allowHttpIssuers: false\n"})
  void anHttpIssuerIsRefusedUnlessItIsAllowed(String rest) {
    assertThat(
            problems(
                """
                baseUrl: http://mcp.example
                issuers:
                  - issuer: http://sso.example
                    jwksUri: http://sso.example/keys
                """
                    + rest))
        .containsExactly(
            "line 3: issuers[].issuer is http://sso.example, but whoever changes its answers could"
                + " forge every user; use https, or for tests set allowHttpIssuers to true.",
            "line 4: issuers[].jwksUri is http://sso.example/keys, but whoever changes its answers"
                + " could forge every user; use https, or for tests set allowHttpIssuers to true.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "keysDirectory; relative/path",
        "baseUrl; ''",
        "baseUrl; ftp://mcp.example",
        "baseUrl; https://mcp.example/?a=b",
        "allowedHosts; ['a b']",
        "allowedHosts; ['https://mcp.example']",
        "allowedHosts; ['*.example']",
        "allowedHosts; ['']",
        "allowedHosts; [mcp.example, MCP.example]",
        "allowedOrigins; ['app.example']",
        "allowedOrigins; ['https://*.example']",
        "allowedOrigins; ['https://app.example:99999']"
      })
  void whatIsNoSuchValueIsRefused(String key, String value) {
    assertThat(problems(key + ": " + value))
        .singleElement()
        .asString()
        .startsWith("line 1: " + key + " ");
  }

  private static List<String> problems(String yaml) {
    InvalidConfigException refused =
        catchThrowableOfType(InvalidConfigException.class, () -> GatewayConfig.parse(yaml));
    assertThat(refused).as("refused: %s", yaml).isNotNull();
    return refused.problems();
  }
}
