package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.token.TokenFailure;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedEndpointsTest {

  @ParameterizedTest
  @CsvSource({
    "https://git.example/login, https://git.example/login",
    "https://git.example/login, https://git.example/login/",
    "https://git.example/login, https://git.example/login/oauth/access_token",
    "https://git.example/login/, https://git.example/login/x",
    "https://git.example, https://git.example",
    "https://git.example, https://git.example/anything",
    "https://git.example/, https://git.example/anything",
    "https://git.example, https://git.example:443/x",
    "https://git.example:443, https://git.example/x",
    "https://git.example, HTTPS://GIT.Example/x",
    "https://git.example:8443/a, https://git.example:8443/a/b",
    "https://[fd00::1]:8443/a, https://[FD00::1]:8443/a/b",
    "https://10.0.0.1/a, https://10.0.0.1/a",
    "https://git.example/login, https://git.example/login/x?tenant=a%2Fb",
    "https://git.example/realms, https://git.example/realms/my%20realm/token",
    "https://git.example/~a, https://git.example/~a/b@c:d"
  })
  void whatIsAtOrBelowAPrefixPasses(String prefix, String url) throws TokenFailure {
    assertThat(allowing(prefix).check("tokenEndpoint", url).uri()).isEqualTo(URI.create(url));
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example/login, https://git.example/loginx",
    "https://git.example/login, https://git.example/",
    "https://git.example/login, https://git.example",
    "https://git.example/login, https://git.example/Login",
    "https://git.example/login, https://git.example/other/login",
    "https://git.example/login, https://git.example/?/login",
    "https://git.example/a/b, https://git.example/a/bc",
    "https://git.example, https://git.example.evil.example/",
    "https://git.example, https://evil-git.example/",
    "https://git.example, https://evil.example/git.example",
    "https://git.example, https://evil.example/?https://git.example",
    "https://git.example, https://git.example:8443/",
    "https://git.example:8443, https://git.example/",
    "https://git.example, http://git.example/",
    "https://git.example, http://git.example:443/",
    "https://git.example, https://sub.git.example/",
    "https://127.0.0.1, https://[::ffff:127.0.0.1]/",
    "https://[fd00::1], https://[fd00:0::1]/",
    "https://10.0.0.1, https://10.0.0.10/",
    "https://127.0.0.1, https://2130706433/"
  })
  void whatIsElsewhereIsRefusedWithWhatToDo(String prefix, String url) {
    TokenFailure failure = refused(allowing(prefix), url);
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure)
        .hasMessage(
            "revocationEndpoint "
                + url.replaceFirst("\\?.*", "")
                + " is not allowed by the operator's configuration; ask its administrator to add it"
                + " to tokenEndpoints.allowed")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "git.example/login",
        "/login",
        "//git.example/login",
        "https:git.example/login",
        "https:/git.example/login",
        "https:///git.example/login",
        "ftp://git.example/login",
        "file:///login",
        "jar:https://git.example/login!/x",
        " https://git.example/login",
        "https://git.example/login\n",
        "https://git.example/login/a b",
        "https://git.example/login/\u00e4",
        "https://git.example\u3002/login",
        "https://git.example\u0000/login",
        "https://user:pa55word@git.example/login",
        "https://pa55word@git.example/login",
        "https://@git.example/login",
        "https://git.example@evil.example/login",
        "https://git.example:pa55word@evil.example/login",
        "https://git.example%40evil.example/login",
        "https://git.example\\@evil.example/login",
        "https://evil.example\\git.example/login",
        "https://evil.example\\@git.example/login",
        "https://git.example,evil.example/login",
        "https://git.example./login",
        "https://git.example../login",
        "https://.git.example/login",
        "https://git..example/login",
        "https://git_example/login",
        "https://0x7f.1/login",
        "https://git.example:/login",
        "https://git.example:0/login",
        "https://git.example:0443/login",
        "https://git.example:443x/login",
        "https://git.example:65979/login",
        "https://git.example:-1/login",
        "https://[fe80::1%25eth0]/login",
        "https://[fd00::1/login",
        "https://fd00::1/login",
        "https://git.example/login/../admin",
        "https://git.example/login/..",
        "https://git.example/login/.",
        "https://git.example/./login",
        "https://git.example/login/...",
        "https://git.example/login/%2e%2e/admin",
        "https://git.example/login/%2E./admin",
        "https://git.example/login/.%2e/admin",
        "https://git.example/login%2f..%2fadmin",
        "https://git.example/login/%5c..%5cadmin",
        "https://git.example/login/..%5cadmin",
        "https://git.example/login/..\\admin",
        "https://git.example/login/%252e%252e/admin",
        "https://git.example/login/..;/admin",
        "https://git.example/login/..;a=b/admin",
        "https://git.example/login;x/admin",
        "https://git.example/login/..%3b/admin",
        "https://git.example/login/%c0%ae%c0%ae/admin",
        "https://git.example/login/%ef%bc%8e%ef%bc%8e/admin",
        "https://git.example/login/%00",
        "https://git.example/login/%0d%0aHost:evil.example",
        "https://git.example/login/%7f",
        "https://git.example/%6cogin",
        "https://git.example/login/%zz",
        "https://git.example/login/%2",
        "https://git.example//login",
        "https://git.example/login//admin",
        "https://git.example/login#x",
        "https://git.example/login?a=b#x",
        "https://git.example#@evil.example/login",
        "https://git.example?@evil.example/login/%2"
      })
  void whatCouldBeReadInTwoWaysIsRefusedAndNotRepeated(String url) {
    for (String prefix : List.of("https://git.example/login", "https://git.example")) {
      TokenFailure failure = refused(allowing(prefix), url);
      assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
      assertThat(failure.getMessage())
          .startsWith("revocationEndpoint is not a plain URL")
          .doesNotContain("pa55word", "admin", "evil");
      assertThat(failure).hasNoCause();
    }
  }

  @Test
  void nothingIsAllowedByDefault() {
    AllowedEndpoints none =
        new AllowedEndpoints(
            OperatorConfig.defaults().tokenEndpoints().allowed(),
            OperatorConfig.defaults().tokenEndpoints().allowHttp());
    assertThat(refused(none, "https://git.example/").getMessage()).contains("not allowed");
    assertThat(refused(none, "http://localhost/").getMessage()).contains("not allowed");
  }

  @Test
  void httpIsAllowedOnlyWhereItIsWritten() throws TokenFailure {
    AllowedEndpoints allowed =
        new AllowedEndpoints(
            List.of(
                EndpointUrl.parse("http://plain.example"),
                EndpointUrl.parse("https://git.example")),
            true);
    assertThat(allowed.check("tokenEndpoint", "http://plain.example/x")).isNotNull();
    assertThat(refused(allowed, "https://plain.example/x").getMessage()).contains("not allowed");
    assertThat(refused(allowed, "http://git.example/x").getMessage()).contains("not allowed");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new AllowedEndpoints(List.of(EndpointUrl.parse("http://plain.example")), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://git.example/?a=b", "https://git.example/..", "https://u@git.example/"})
  void whatIsNotPlainIsNoPrefix(String url) {
    assertThat(EndpointUrl.parsePrefix(url)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://git.example/?key=a", "https://git.example/?", "https://git.example/%20"})
  void aUrlThatCannotBeAPrefixIsRefusedWithoutRepeatingIt(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> allowing(url))
        .withMessage("not a URL in normal form without query");
  }

  static Stream<String> prefixes() {
    return Stream.of(
        "https://git.example",
        "https://git.example:8443/a/b-c/~d/",
        "HTTPS://Git.Example/login/",
        "https://10.0.0.1/x",
        "https://[fd00::1]:8443/x!$&'()*+,=:@");
  }

  @ParameterizedTest
  @MethodSource("prefixes")
  void whatTheConfigurationAcceptsIsAPrefix(String prefix) throws Exception {
    OperatorConfig.TokenEndpoints configured =
        OperatorConfig.parse("tokenEndpoints: {allowed: ['" + prefix.replace("'", "''") + "']}")
            .tokenEndpoints();
    AllowedEndpoints allowed = new AllowedEndpoints(configured.allowed(), configured.allowHttp());
    assertThat(allowed.check("tokenEndpoint", prefix).uri()).isEqualTo(URI.create(prefix));
  }

  private static AllowedEndpoints allowing(String prefix) {
    return new AllowedEndpoints(List.of(EndpointUrl.parse(prefix)), false);
  }

  private static TokenFailure refused(AllowedEndpoints allowed, String url) {
    TokenFailure failure =
        catchThrowableOfType(TokenFailure.class, () -> allowed.check("revocationEndpoint", url));
    assertThat(failure).as(url).isNotNull();
    return failure;
  }
}
