package dev.mcpsession.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.TokenSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The quick start's view of config/samples. */
final class SamplesTest {
  private final List<McpSession> samples = load();

  @Test
  void exactlyOneSampleHasATokenAndTakesItFromASecretHere() {
    List<McpSession> withToken =
        samples.stream().filter(sample -> sample.getSpec().token() != null).toList();

    assertThat(withToken).hasSize(1);
    TokenSpec token = withToken.getFirst().getSpec().token();
    assertThat(token.serviceAccount()).isNull();
    assertThat(token.secret().expiresAtKey()).isEqualTo(Samples.EXPIRES_AT_KEY);
    assertThat(withToken.getFirst().getSpec().idleTimeout()).isEqualTo(Samples.IDLE_TIMEOUT);
  }

  @Test
  void theOtherSamplesStayAsTheyAreButForPortAndHurry() {
    assertThat(samples)
        .filteredOn(sample -> sample.getSpec().token() == null)
        .hasSize(2)
        .allSatisfy(sample -> assertThat(sample.getSpec().backendPort()).isEqualTo(9000))
        .anyMatch(sample -> sample.getSpec().isSuspended());
  }

  private static List<McpSession> load() {
    try {
      return new Samples(new KubernetesSerialization(), 9000).load(Path.of("config", "samples"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
