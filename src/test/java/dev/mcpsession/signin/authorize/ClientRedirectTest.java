package dev.mcpsession.signin.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientRedirectTest {
  private static final String ISSUER = "https://mcp.example";

  @Test
  void aCodeComesWithTheStateAndTheIssuer() {
    String url =
        new ClientRedirect("http://127.0.0.1:1/cb", Optional.of("a b&c")).withCode("code", ISSUER);

    assertThat(URI.create(url).getRawQuery().split("&", -1))
        .containsExactlyInAnyOrder("code=code", "state=a+b%26c", "iss=https%3A%2F%2Fmcp.example");
  }

  @Test
  void theQueryOfTheClientsAddressStays() {
    String url =
        new ClientRedirect("https://app.example/return?x=1", Optional.empty())
            .withError("access_denied", "no", ISSUER);

    assertThat(url).startsWith("https://app.example/return?x=1&");
    assertThat(URI.create(url).getRawQuery())
        .contains("error=access_denied")
        .doesNotContain("state");
  }

  @Test
  void whatIsToldCannotEndTheParameter() {
    String url =
        new ClientRedirect("https://app.example/return", Optional.empty())
            .withError("server_error", "line\r\nSet-Cookie: a=b&code=forged\"", ISSUER);

    assertThat(url).doesNotContain("\n", "\r", "&code=forged").contains("error=server_error");
  }
}
