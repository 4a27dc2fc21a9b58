package dev.mcpsession.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables mean what they mean to Go's httpproxy. */
class IssuerProxiesTest {
  @ParameterizedTest
  @CsvSource({
    "http://proxy.example:3128, proxy.example:3128, , ",
    "HTTP://proxy.example:3128/, proxy.example:3128, , ",
    "proxy.example:3128, proxy.example:3128, , ",
    "proxy.example, proxy.example:80, , ",
    "' http://10.0.0.1:8080 ', 10.0.0.1:8080, , ",
    "http://[2001:db8::1]:8080, [2001:db8::1]:8080, , ",
    "http://me:pass@proxy.example:3128, proxy.example:3128, me, pass",
    "me:pass@proxy.example:3128, proxy.example:3128, me, pass",
    "http://me@proxy.example:3128, proxy.example:3128, me, ''",
    "http://m%40e:p%3a%25s@s@proxy.example:3128, proxy.example:3128, m@e, p:%s@s",
    "http://me:a:b@proxy.example:3128, proxy.example:3128, me, a:b"
  })
  void aProxyIs(String value, String shown, String user, String password) {
    HttpProxy proxy =
        proxies(Map.of("HTTPS_PROXY", value)).proxyFor(URI.create("https://git.example/"));
    assertThat(proxy).hasToString(shown);
    assertThat(proxy.user()).isEqualTo(user);
    assertThat(proxy.password()).isEqualTo(password);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://me:s3cr3t@proxy.example:3128",
        "socks5://me:s3cr3t@proxy.example:1080",
        "http://me:s3cr3t@proxy.example:0",
        "http://me:s3cr3t@proxy.example:65536",
        "http://me:s3cr3t@proxy.example:",
        "http://me:s3cr3t@proxy.example:3128/path",
        "http://me:s3cr3t@proxy.example:3128?x",
        "http://me:s3cr3t@",
        "http://me:s3cr3t@pro xy.example",
        "http://m%zze:s3cr3t@proxy.example",
        "http://me:s3cr3t%4@proxy.example",
        "http://me:s3cr3t%ff@proxy.example",
        "http://m%3ae:s3cr3t@proxy.example",
        "://me:s3cr3t@proxy.example",
        "http://"
      })
  void anythingElseIsReportedByItsVariableAlone(String value) {
    for (String variable : List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")) {
      List<String> problems = new ArrayList<>();
      IssuerProxies.of(Map.of(variable, value), problems);
      assertThat(problems).hasSize(1);
      assertThat(problems.getFirst())
          .startsWith(variable + " is not the URL of an HTTP proxy")
          .doesNotContain("s3cr3t");
    }
  }

  @Test
  void eachSchemeHasItsProxyAndUpperCaseComesFirst() {
    Map<String, String> environment = new HashMap<>();
    environment.put("https_proxy", "lower:1");
    environment.put("http_proxy", "plain:2");
    assertThat(proxies(environment).proxyFor(URI.create("https://git.example")))
        .hasToString("lower:1");
    assertThat(proxies(environment).proxyFor(URI.create("http://git.example")))
        .hasToString("plain:2");
    environment.put("HTTPS_PROXY", "upper:1");
    environment.put("HTTP_PROXY", " ");
    assertThat(proxies(environment).proxyFor(URI.create("https://git.example")))
        .hasToString("upper:1");
    assertThat(proxies(environment).proxyFor(URI.create("http://git.example")))
        .hasToString("plain:2");
  }

  @Test
  void withoutAVariableThereIsNoProxy() {
    for (Map<String, String> environment :
        List.of(
            Map.<String, String>of(),
            Map.of("HTTPS_PROXY", ""),
            Map.of("NO_PROXY", "x"),
            Map.of("ALL_PROXY", "proxy:1"))) {
      assertThat(proxies(environment).areNamed()).isFalse();
      assertThat(proxies(environment).proxyFor(URI.create("https://git.example"))).isNull();
    }
  }

  @ParameterizedTest(name = "NO_PROXY={0}: {1} directly {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *                       | https://git.example        | true
          other,*                 | https://git.example        | true
          git.example             | https://git.example        | true
          git.example             | https://GIT.Example:8443   | true
          GIT.example             | https://a.git.example      | true
          git.example             | https://nogit.example      | false
          .git.example            | https://git.example        | false
          .git.example            | https://a.git.example      | true
          *.git.example           | https://git.example        | false
          *.git.example           | https://a.b.git.example    | true
          example                 | https://git.example        | true
          xample                  | https://git.example        | false
          git.example:8443        | https://git.example        | false
          git.example:8443        | https://git.example:8443   | true
          git.example:443         | https://git.example        | true
          .example:443            | https://git.example        | true
          git.example:80          | http://git.example         | true
          ' a , , git.example '   | https://git.example        | true
          10.1.2.3                | https://10.1.2.3           | true
          10.1.2.3                | https://10.1.2.30          | false
          10.1.2.3:444            | https://10.1.2.3           | false
          10.1.2.3:444            | https://10.1.2.3:444       | true
          10.0.0.0/8              | https://10.1.2.3           | true
          10.1.2.99/24            | https://10.1.2.3           | true
          10.0.0.0/8              | https://11.1.2.3           | false
          10.0.0.0/8              | https://ten.example        | false
          0.0.0.0/0               | https://11.1.2.3           | true
          0.0.0.0/0               | https://[2001:db8::1]      | false
          2001:db8::/32           | https://[2001:db8::1]:8443 | true
          2001:db8::/32           | https://[2001:db9::1]      | false
          2001:db8::1             | https://[2001:DB8:0::1]    | true
          [2001:db8::1]           | https://[2001:db8::1]      | true
          [2001:db8::1]:443       | https://[2001:db8::1]      | true
          [2001:db8::1]:444       | https://[2001:db8::1]      | false
          bücher.example          | https://xn--bcher-kva.example | true
          none                    | https://localhost:8443     | true
          none                    | https://127.0.0.9          | true
          none                    | https://[::1]              | true
          none                    | https://localhost.example  | false
          """)
  void aHostIsReached(String noProxy, String url, boolean directly) {
    for (String variable : List.of("NO_PROXY", "no_proxy")) {
      IssuerProxies proxies =
          proxies(Map.of("HTTPS_PROXY", "p:1", "HTTP_PROXY", "p:1", variable, noProxy));
      assertThat(proxies.proxyFor(URI.create(url)) == null).isEqualTo(directly);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0/8",
        "2001:db8::/129",
        "git.example/24",
        "git.example:port",
        "git.example:0",
        "git.example:65536",
        ":443",
        "*git.example",
        "git.*",
        "git.example other.example",
        "http://me:s3cr3t@git.example",
        "me:s3cr3t@git.example",
        "."
      })
  void aMalformedExceptionIsReportedByItsNumber(String entry) {
    List<String> problems = new ArrayList<>();
    IssuerProxies.of(Map.of("no_proxy", "git.example," + entry), problems);
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst()).startsWith("no_proxy, entry 2 is").doesNotContain("s3cr3t");
  }

  @Test
  void noTextShowsAPassword() {
    IssuerProxies proxies = proxies(Map.of("HTTPS_PROXY", "http://me:s3cr3t@proxy.example:3128"));
    assertThat(proxies).hasToString("https through proxy.example:3128, http directly");
  }

  private static IssuerProxies proxies(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    IssuerProxies proxies = IssuerProxies.of(environment, problems);
    assertThat(problems).isEmpty();
    return proxies;
  }
}
