package dev.mcpsession.signin.kubernetes;

import static dev.mcpsession.signin.kubernetes.ExampleSignIns.FORGEJO;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.NOW;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofAccountPage;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofClient;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.stored;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.used;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.kubernetes.StoredSignIn.UnreadableException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StoredSignInTest {
  static Stream<SignIn> signIns() {
    SignIn ofClient = ofClient("0123", FORGEJO, NOW);
    return Stream.of(
        ofClient, used(ofClient, NOW.plusSeconds(5)), ofClient.ended(), ofAccountPage("4567", NOW));
  }

  private static Secret asStored(Secret secret) {
    return new SecretBuilder(secret)
        .editMetadata()
        .withUid("uid")
        .withResourceVersion("7")
        .endMetadata()
        .build();
  }

  @ParameterizedTest
  @MethodSource("signIns")
  void whatIsReadIsWhatWasStored(SignIn signIn) throws UnreadableException {
    assertThat(StoredSignIn.read(asStored(StoredSignIn.secret(signIn, "gateway"))))
        .isEqualTo(stored(signIn, "uid", 7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "ended":false              | "ended":"no"         | /ended of sign-in.json is neither true nor false
          "ended":false              | "other":1            | /ended of sign-in.json is neither true nor false
          "subject":"17"             | "subject":17         | /person/subject of sign-in.json is no text
          "generation":1             | "generation":1.5     | /refresh/generation of sign-in.json is no whole number
          "scopes":["mcp"]           | "scopes":[1]         | /scopes of sign-in.json is no list of texts
          "scopes":["mcp"]           | "scopes":"mcp"       | /scopes of sign-in.json is no list of texts
          2026-11-28T10:00:00        | yesterday            | /createdAt of sign-in.json is no RFC 3339 instant
          {"person"                  | {person              | sign-in.json is no JSON
          """,
      quoteCharacter = '\'')
  void whatSomebodyEditedIsRefusedWithoutRepeatingIt(String what, String by, String why) {
    Secret secret = asStored(StoredSignIn.secret(ofClient("0123", FORGEJO, NOW), "gateway"));
    String document =
        new String(Base64.getDecoder().decode(secret.getData().get(StoredSignIn.KEY)), UTF_8);
    assertThat(document).contains(what);
    secret.setData(
        Map.of(
            StoredSignIn.KEY,
            Base64.getEncoder().encodeToString(document.replace(what, by).getBytes(UTF_8))));
    assertThatThrownBy(() -> StoredSignIn.read(secret))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(why);
  }
}
