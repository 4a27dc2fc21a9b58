package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody but a gateway with these keys can name a replica. */
class ReplicaIdTest {
  private static final FakeKeys KEYS = new FakeKeys("current");
  private static final ReplicaId ID = new ReplicaId("10.0.0.1", 8080, "n0nce-_");

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "fd00::1", "gateway-0.example"})
  void anIdIsReadAgain(String host) {
    ReplicaId id = new ReplicaId(host, 8080, "n0nce-_");
    String sealed = id.sealed(KEYS);

    assertThat(sealed).matches("[A-Za-z0-9_-]+");
    assertThat(ReplicaId.opened(sealed, KEYS)).contains(id);
  }

  @Test
  void anIdIsGoodWithThePreviousKeyAndNotWithOthers() {
    String sealed = ID.sealed(KEYS);

    assertThat(ReplicaId.opened(sealed, new FakeKeys("next", "current"))).contains(ID);
    assertThat(ReplicaId.opened(sealed, new FakeKeys("next"))).isEmpty();
  }

  @Test
  void aChangedAddressIsForged() {
    byte[] bytes = Base64.getUrlDecoder().decode(ID.sealed(KEYS));
    String text = new String(bytes, UTF_8);
    bytes[text.indexOf("10.0.0.1")] = '9';

    assertThat(ReplicaId.opened(Base64.getUrlEncoder().encodeToString(bytes), KEYS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "AAAA", "%%%%", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void whatIsNoneIsForged(String sealed) {
    assertThat(ReplicaId.opened(sealed, KEYS)).isEmpty();
    assertThat(ReplicaId.opened("A".repeat(100_000), KEYS)).isEmpty();
  }
}
