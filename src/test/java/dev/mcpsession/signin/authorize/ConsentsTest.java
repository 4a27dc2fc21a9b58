package dev.mcpsession.signin.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConsentsTest {
  private static AuthorizationRequest request(
      String client, String redirectUri, String template, String... scopes) {
    return new AuthorizationRequest(
        new ClientName(client, "name", "host"),
        Optional.empty(),
        redirectUri,
        Optional.empty(),
        "challenge",
        new McpResource("team", template),
        List.of(scopes));
  }

  @Test
  void whatWasGivenIsForThatClientReturnAddressTemplateAndScopesAlone() {
    Consents given = Consents.NONE.with(request("a", "https://app.example/cb", "forgejo", "read"));

    assertThat(given.include(request("a", "https://app.example/cb", "forgejo", "read"))).isTrue();
    assertThat(given.include(request("b", "https://app.example/cb", "forgejo", "read"))).isFalse();
    assertThat(given.include(request("a", "https://app.example/cc", "forgejo", "read"))).isFalse();
    assertThat(given.include(request("a", "https://app.example/cb", "other", "read"))).isFalse();
    assertThat(given.include(request("a", "https://app.example/cb", "forgejo", "read", "write")))
        .isFalse();
  }

  @Test
  void anotherPortOnLoopbackIsNoOtherClient() {
    Consents given = Consents.NONE.with(request("a", "http://127.0.0.1:1000/cb", "forgejo"));

    assertThat(given.include(request("a", "http://127.0.0.1:2000/cb", "forgejo"))).isTrue();
    assertThat(given.include(request("a", "http://127.0.0.1:1000/cc", "forgejo"))).isFalse();
  }

  @Test
  void theOldestIsForgottenWhenThereIsNoRoom() {
    Consents many = Consents.NONE.with(request("first", "https://app.example/cb", "forgejo"));
    for (int i : IntStream.range(0, 24).toArray()) {
      many = many.with(request("c" + i, "https://app.example/cb", "forgejo"));
    }

    assertThat(many.given()).hasSize(24);
    assertThat(many.include(request("first", "https://app.example/cb", "forgejo"))).isFalse();
    assertThat(many.include(request("c0", "https://app.example/cb", "forgejo"))).isTrue();
  }
}
