package dev.mcpsession.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.TokenSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The quick start's view of config/samples. */
final class SamplesTest {
  private final List<McpSession> samples = samples().sessions();
  private final List<McpSessionTemplate> templates = samples().templates();

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
        .filteredOn(sample -> sample.getSpec().templateRef() == null)
        .hasSize(2)
        .allSatisfy(sample -> assertThat(sample.getSpec().backendPort()).isEqualTo(9000))
        .anyMatch(sample -> sample.getSpec().isSuspended());
  }

  @Test
  void oneSampleNamesATemplateThatIsASampleTooAndSaysNothingElse() {
    assertThat(templates)
        .allSatisfy(
            template ->
                assertThat(template.getSpec().session().port())
                    .as("the port here")
                    .isEqualTo(9000));
    assertThat(samples)
        .filteredOn(sample -> sample.getSpec().templateRef() != null)
        .singleElement()
        .satisfies(
            sample -> {
              assertThat(templates)
                  .extracting(template -> template.getMetadata().getName())
                  .contains(sample.getSpec().templateName());
              assertThat(sample.getSpec().port()).isNull();
            });
  }

  @Test
  void anotherIsOfferedThroughTheGatewayAndHasNoSessionYet() {
    assertThat(templates)
        .filteredOn(template -> template.getSpec().access() != null)
        .singleElement()
        .satisfies(
            template -> {
              assertThat(template.getSpec().access().everyone()).isTrue();
              assertThat(samples)
                  .extracting(sample -> sample.getSpec().templateName())
                  .doesNotContain(template.getMetadata().getName());
            });
  }

  private static Read samples() {
    Samples samples = new Samples(new KubernetesSerialization(), 9000);
    Path folder = Path.of("config", "samples");
    try {
      return new Read(samples.sessions(folder), samples.templates(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Read(List<McpSession> sessions, List<McpSessionTemplate> templates) {}
}
