package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theManifestShownIsTheSampleThatIsApplied() throws IOException {
    assertThat(Path.of("README.md"))
        .content()
        .contains("```yaml\n" + Files.readString(Path.of("config/samples/token.yaml")) + "```\n");
  }
}
