package dev.mcpsession.signin.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.signin.client.RedirectUri.Standing;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUriTest {
  private static final List<String> HOSTS = List.of("app.example", "Tools.Example:8443");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/callback",
        "http://127.0.0.1:33418/",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://[::1]:65535/callback",
        "http://localhost:6274/oauth/callback",
        "http://localhost/callback?server=git%20hub&x=1",
        "http://localhost?x=1"
      })
  void takesThisComputerWithAnyPort(String text) {
    assertThat(RedirectUri.parse(text, List.of()))
        .hasValueSatisfying(
            uri -> {
              assertThat(uri.text()).isEqualTo(text);
              assertThat(uri.isLoopback()).isTrue();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example/cb, https://app.example",
    "https://APP.example/cb, https://app.example",
    "https://app.example:443/cb, https://app.example",
    "https://tools.example:8443/cb?a=b, https://tools.example:8443"
  })
  void takesHttpsOnHostsThatAreAllowed(String text, String origin) {
    assertThat(RedirectUri.parse(text, HOSTS))
        .hasValueSatisfying(
            uri -> {
              assertThat(uri.origin()).hasToString(origin);
              assertThat(uri.isLoopback()).isFalse();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example/cb",
        "https://app.example:8443/cb",
        "https://tools.example/cb",
        "https://sub.app.example/cb",
        "https://app.example.evil.example/cb",
        "https://xapp.example/cb",
        "https://evil.example/app.example",
        "https://localhost/cb",
        "https://127.0.0.1/cb",
        "http://localhost.evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.2/cb",
        "http://0.0.0.0/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://[0:0:0:0:0:0:0:1]/cb",
        "HTTP://localhost/cb",
        "http://LOCALHOST/cb",
        "cursor://anysphere.cursor-retrieval/oauth/callback",
        "com.example.app:/callback"
      })
  void leavesOutWhatIsElsewhere(String text) {
    assertThat(RedirectUri.parse(text, HOSTS)).isEmpty();
    assertThat(RedirectUri.standing(text, HOSTS)).isEqualTo(Standing.ELSEWHERE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "callback",
        "/callback",
        "//localhost/callback",
        "http:",
        "http:localhost/cb",
        "http:///cb",
        "http://",
        "http://*/cb",
        "http://localhost:*/cb",
        "https://*.example/cb",
        "http://127.0.0.1@evil.example/cb",
        "http://localhost:80@evil.example/cb",
        "http://user@localhost/cb",
        "http://user:password@127.0.0.1/cb",
        "https://app.example@evil.example/",
        "http://localhost/cb#fragment",
        "http://localhost/cb#",
        "http://localhost\\@evil.example/cb",
        "http://evil.example\\@localhost/cb",
        "http://localhost/\\evil.example",
        "https://app.example\\.evil.example/cb",
        "http://localhost /cb",
        " http://localhost/cb",
        "http://localhost/cb ",
        "http://localhost/cb\n",
        "http://localhost/cb\r\nSet-Cookie: a=b",
        "http://localhost/cb\0",
        "http://localhost/cb?x=%0d%0aSet-Cookie:%20a=b",
        "http://localhost/cb?x=%00",
        "http://localhost/cb?x=%7F",
        "http://localhost/a/../cb",
        "http://localhost/a/./cb",
        "http://localhost/..",
        "http://localhost/%2e%2e/cb",
        "http://localhost/%2E/cb",
        "http://localhost/a%2fb",
        "http://localhost/a%5cb",
        "http://localhost/a//b",
        "http://localhost/a;b",
        "http://localhost/%61",
        "http://localhost/%",
        "http://localhost/%zz",
        "http://localhost./cb",
        "https://app.example./cb",
        "http://localhost:/cb",
        "http://localhost:0/cb",
        "http://localhost:065/cb",
        "http://localhost:65536/cb",
        "http://localhost:99999999999/cb",
        "http://localhost:-1/cb",
        "http://localhost:８０/cb",
        "http://lоcalhost/cb",
        "http://ⓛocalhost/cb",
        "http://１２７.0.0.1/cb",
        "http://127。0。0。1/cb",
        "https://app。example/cb",
        "http://localhost\u202e/cb",
        "http://%6cocalhost/cb",
        "http://[::1%25eth0]/cb",
        "http://[::1/cb",
        "http://[::1]evil.example/cb",
        "http://localhost/cb?code=x",
        "https://app.example/cb?a=b&state=x",
        "javascript:alert(1)",
        "data:text/html,x",
        "cursor://app/oauth#fragment",
        "cursor:"
      })
  void refusesWhatTwoProgramsMightReadDifferently(String text) {
    assertThat(RedirectUri.parse(text, HOSTS)).isEmpty();
    assertThat(RedirectUri.standing(text, HOSTS)).isEqualTo(Standing.MALFORMED);
  }

  @Test
  void takes512CharactersAndNoMore() {
    String longest = "http://localhost/" + "a".repeat(512 - "http://localhost/".length());
    assertThat(RedirectUri.parse(longest, HOSTS)).isPresent();
    assertThat(RedirectUri.parse(longest + "a", HOSTS)).isEmpty();
    assertThat(RedirectUri.standing(longest + "a", HOSTS)).isEqualTo(Standing.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1/cb, http://127.0.0.1/cb",
    "http://127.0.0.1/cb, http://127.0.0.1:50000/cb",
    "http://127.0.0.1:1234/cb, http://127.0.0.1:50000/cb",
    "http://127.0.0.1:1234/cb, http://127.0.0.1/cb",
    "http://[::1]/cb, http://[::1]:50000/cb",
    "http://localhost:1234/cb?a=b, http://localhost:50000/cb?a=b",
    "http://localhost, http://localhost:50000",
    "https://app.example/cb, https://app.example/cb"
  })
  void matchesButForThePortOnLoopback(String registered, String sent) {
    assertThat(RedirectUri.matches(registered, sent)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1/cb, http://127.0.0.1/other",
    "http://127.0.0.1/cb, http://127.0.0.1/cb/",
    "http://127.0.0.1/cb, http://127.0.0.1/cb/x",
    "http://127.0.0.1/cb, http://127.0.0.1/CB",
    "http://127.0.0.1/cb, http://127.0.0.1/cb?x=y",
    "http://127.0.0.1/cb, http://127.0.0.1/cb?",
    "http://127.0.0.1/cb, http://127.0.0.1:50000/cb#",
    "http://127.0.0.1/cb, http://127.0.0.1:50000/cb#x",
    "http://127.0.0.1/cb, http://127.0.0.1:50000/x/../cb",
    "http://127.0.0.1/cb, http://127.0.0.1:0/cb",
    "http://127.0.0.1/cb, http://127.0.0.1:01/cb",
    "http://127.0.0.1/cb, http://127.0.0.1:65536/cb",
    "http://127.0.0.1/cb, http://127.0.0.1:/cb",
    "http://127.0.0.1/cb, http://127.0.0.1:x/cb",
    "http://127.0.0.1/cb, http://127.0.0.1:80@evil.example/cb",
    "http://127.0.0.1/cb, http://user@127.0.0.1/cb",
    "http://127.0.0.1/cb, http://127.0.0.1.evil.example/cb",
    "http://127.0.0.1/cb, http://localhost/cb",
    "http://localhost/cb, http://127.0.0.1/cb",
    "http://localhost/cb, http://[::1]/cb",
    "http://localhost/cb, http://LOCALHOST/cb",
    "http://localhost/cb, https://localhost/cb",
    "http://localhost/cb, http://localhost.evil.example/cb",
    "http://localhost/cb, http://localhost:1\\@evil.example/cb",
    "http://localhost, http://localhost/",
    "http://localhost, http://localhost.evil.example",
    "http://localhost, http://localhost@evil.example",
    "https://app.example/cb, https://app.example:443/cb",
    "https://app.example/cb, https://app.example:8443/cb",
    "https://app.example/cb, https://APP.example/cb",
    "https://app.example/cb, https://app.example.evil.example/cb",
    "https://app.example/cb, http://app.example/cb"
  })
  void matchesNothingElse(String registered, String sent) {
    assertThat(RedirectUri.matches(registered, sent)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void neverThrowsAndLetsNothingThroughThatIsNotOnItsHosts(long seed) {
    Random random = new Random(seed);
    String[] parts = {
      "http",
      "https",
      "://",
      ":",
      "/",
      "//",
      "\\",
      "@",
      "#",
      "?",
      "%",
      "%2e",
      "%00",
      "..",
      ".",
      "localhost",
      "127.0.0.1",
      "[::1]",
      "[",
      "]",
      "app.example",
      "evil.example",
      "80",
      "99999",
      "\0",
      "\n",
      " ",
      "\ud800",
      "é",
      "\u202e",
      "*",
      "a",
      ";",
      "=",
      "&",
      "HTTP",
      "javascript:"
    };
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "http://localhost" : "");
      for (int part = random.nextInt(8); part > 0; part--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      String uri = text.toString();
      RedirectUri.standing(uri, HOSTS);
      RedirectUri.parse(uri, HOSTS)
          .ifPresent(
              parsed ->
                  assertThat(uri)
                      .matches(
                          "(?i)(?:http://(?:localhost|127\\.0\\.0\\.1|\\[::1])(?::\\d+)?"
                              + "|https://(?:app\\.example(?::443)?|tools\\.example:8443))"
                              + "(?:[/?][\\x21-\\x7e&&[^#\\\\]]*)?"));
      if (RedirectUri.matches("http://localhost/a", uri)) {
        assertThat(uri).matches("http://localhost(?::\\d+)?/a");
      }
    }
  }
}
