package dev.mcpsession.gateway.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only replicas of one gateway ask and answer each other. */
class ReplicaRequestTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final FakeKeys KEYS = new FakeKeys("current");
  private static final ReplicaRequest REQUEST =
      new ReplicaRequest("0123456789abcdef", NOW, "c-1", "b.replica.5-Nw.9");

  private static Optional<ReplicaRequest> opened(Duration later) {
    return ReplicaRequest.opened(REQUEST.sealed(KEYS), NOW.plus(later), KEYS);
  }

  @Test
  void aRequestIsGoodForTenSeconds() {
    assertThat(opened(Duration.ZERO)).contains(REQUEST);
    assertThat(opened(Duration.ofSeconds(10))).contains(REQUEST);
    assertThat(opened(Duration.ofSeconds(-10))).contains(REQUEST);
    assertThat(opened(Duration.ofMillis(10_001))).isEmpty();
    assertThat(opened(Duration.ofMillis(-10_001))).isEmpty();
  }

  @Test
  void aRequestIsGoodWithThePreviousKeyAndNotWithOthers() {
    String sealed = REQUEST.sealed(KEYS);

    assertThat(ReplicaRequest.opened(sealed, NOW, new FakeKeys("next", "current")))
        .contains(REQUEST);
    assertThat(ReplicaRequest.opened(sealed, NOW, new FakeKeys("next"))).isEmpty();
  }

  @Test
  void noPartOfItCanBeChanged() {
    String sealed = REQUEST.sealed(KEYS);
    for (int i = 0; i < sealed.length() - 1; i++) { // of the last one some bits mean nothing
      String changed =
          sealed.substring(0, i) + (sealed.charAt(i) == '1' ? '2' : '1') + sealed.substring(i + 1);
      assertThat(ReplicaRequest.opened(changed, NOW, KEYS)).as(changed).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "....", "a.b.c.d.e", "0123456789abcdef.999999999999999.A.A.A"})
  void whatIsNoneIsRefused(String header) {
    assertThat(ReplicaRequest.opened(header, NOW, KEYS)).isEmpty();
  }

  @Test
  void anAnswerProvesItselfForItsRequestAndStatusOnly() {
    String proof = REQUEST.proof(200, KEYS);

    assertThat(REQUEST.isProof(proof, 200, KEYS)).isTrue();
    assertThat(REQUEST.isProof(proof, 204, KEYS)).isFalse();
    assertThat(REQUEST.isProof(proof, 200, new FakeKeys("other"))).isFalse();
    assertThat(REQUEST.isProof("%", 200, KEYS)).isFalse();
    assertThat(
            new ReplicaRequest("0123456789abcdeg", NOW, "c-1", "b.replica.5-Nw.9")
                .isProof(proof, 200, KEYS))
        .isFalse();
    assertThat(REQUEST.isProof(REQUEST.sealed(KEYS), 200, KEYS)).isFalse();
  }

  @Test
  void aRequestIsNotPrintedWithWhatItNames() {
    assertThat(REQUEST.toString()).doesNotContain("c-1").doesNotContain("replica.5");
  }
}
