package dev.mcpsession.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.api.TokenSpec.SecretSource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  private static final SecretSource SOURCE = new SecretSource("alice-token", null, "expiresAt");
  private static final String VALUE = "s3cr3t-v4lu3";

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T10:30:00Z,2026-11-21T10:30:00Z",
    "2026-11-21T11:30:00+01:00,2026-11-21T10:30:00Z",
    "' 2026-11-21T10:30:00Z\n',2026-11-21T10:30:00Z",
    "2020-01-01T00:00:00Z,2020-01-01T00:00:00Z",
    "1795257000,2026-11-21T10:30:00Z",
    "' 1795257000\n',2026-11-21T10:30:00Z",
    "1795257000.75,2026-11-21T10:30:00.750Z",
    "1795257000000,2026-11-21T10:30:00Z",
    "1795257000123,2026-11-21T10:30:00.123Z",
    "1000000000,2001-09-09T01:46:40Z",
    "99999999999,5138-11-16T09:46:39Z"
  })
  void theTokenAndItsExpiryAreRead(String text, Instant expiry) throws TokenFailure {
    Token token = issue(secret(Map.of("token", VALUE + "\n", "expiresAt", text)), SOURCE);
    assertThat(token.value()).isEqualTo(VALUE);
    assertThat(token.info().expiresAt()).isEqualTo(expiry);
    assertThat(token.info().obtainedAt()).isEqualTo(NOW);
  }

  @Test
  void withoutAKeyForItTheExpiryIsNotKnown() throws TokenFailure {
    SecretSource source = new SecretSource("alice-token", "key", null);
    assertThat(issue(secret(Map.of("key", VALUE)), source).info().expiresAt()).isNull();
  }

  @Test
  void whatIsMissingIsSaidWithWhatToDo() {
    assertThat(failure(null).getMessage())
        .contains("alice-token", "mcpsession.dev/token-source=\"true\"");
    assertThat(failure(secret(Map.of("other", VALUE))).getMessage()).contains("no key token");
    assertThat(failure(secret(Map.of("token", " "))).getMessage()).contains("is empty");
    assertThat(failure(secret(Map.of("token", VALUE))).getMessage()).contains("no key expiresAt");
    assertThat(failure(new SecretBuilder().withNewMetadata().endMetadata().build()).kind())
        .isEqualTo(TokenFailure.Kind.MISSING);
    assertThat(failure(secret(Map.of("other", VALUE))).kind()).isEqualTo(TokenFailure.Kind.MISSING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        VALUE,
        "2026-11-21",
        "",
        "21 Nov 2026",
        "3600",
        "999999999",
        "-1795257000",
        "1795257000s",
        "1.795257e9",
        "1795257000000000",
        "179525700000000000000000"
      })
  void anIllegibleExpiryIsNotRepeated(String expiry) {
    TokenFailure failure = failure(secret(Map.of("token", VALUE, "expiresAt", expiry)));
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure.getMessage())
        .contains("RFC 3339")
        .doesNotContain(VALUE, "Nov", "3600", "99999", "1795257000s", "1795257000000");
    assertThat(failure).hasNoCause();
  }

  @Test
  void theVersionChangesWithTokenAndExpiryAndNothingElse() {
    Map<String, String> data =
        new HashMap<>(Map.of("token", VALUE, "expiresAt", "2026-11-21T10:30:00Z"));
    String version = version(data);
    data.put("unrelated", "x");
    data.put("expiresAt", "2026-11-21T11:30:00+01:00");
    assertThat(version(data)).isEqualTo(version).doesNotContain(VALUE);
    data.put("expiresAt", "2026-11-21T10:30:01Z");
    assertThat(version(data)).isNotEqualTo(version);
    data.put("expiresAt", "2026-11-21T10:30:00Z");
    data.put("token", "another");
    assertThat(version(data)).isNotEqualTo(version);
  }

  @Test
  void theStateSaysWhatTheCallWouldFailWith() {
    assertThat(state(null))
        .isEqualTo(
            new SourceState.Unavailable(TokenFailure.Kind.MISSING, failure(null).getMessage()));
  }

  private static String version(Map<String, String> data) {
    return ((SourceState.Available) state(secret(data))).version();
  }

  private static SourceState state(@Nullable Secret secret) {
    return SecretTokens.state(SOURCE, "team", (namespace, name) -> secret);
  }

  private static TokenFailure failure(Secret secret) {
    return catchThrowableOfType(TokenFailure.class, () -> issue(secret, SOURCE));
  }

  private static Token issue(Secret secret, SecretSource source) throws TokenFailure {
    TokenSpec spec = new TokenSpec(null, null, null, null, source, null, null, null);
    return new SecretTokens((namespace, name) -> secret, InstantSource.fixed(NOW))
        .issue(new TokenSource.Request("team", "alice", "uid-1", spec, held -> true));
  }

  private static Secret secret(Map<String, String> data) {
    SecretBuilder secret = new SecretBuilder().withNewMetadata().withUid("s-1").endMetadata();
    data.forEach(
        (key, value) ->
            secret.addToData(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
    return secret.build();
  }
}
