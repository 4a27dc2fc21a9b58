package dev.mcpsession.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.cluster.OperatorImage;
import dev.mcpsession.image.ImageArchive;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a platform reads from the image before running it. */
class ImageConfigIT {
  private final ImageArchive image = OperatorImage.built();

  @Test
  void itRunsAsANumberedUserThatIsNotRoot() {
    assertThat(image.config().path("User").asText()).isEqualTo("65532:65532");
  }

  @Test
  void argumentsBeginWithTheRole() {
    List<String> entryPoint = image.texts("Entrypoint");
    assertThat(entryPoint.getFirst()).isEqualTo("java");
    assertThat(entryPoint.getLast()).isEqualTo("dev.mcpsession.cli.Main");
    assertThat(image.texts("Cmd")).isEmpty();
  }

  @Test
  void itsLabelsSayWhatItIsAndWhereItComesFrom() {
    assertThat(image.config().path("Labels").properties())
        .allSatisfy(label -> assertThat(label.getValue().asText()).isNotBlank().doesNotContain("$"))
        .extracting(label -> label.getKey().replace("org.opencontainers.image.", ""))
        .contains("title", "description", "version", "revision", "licenses");
  }
}
