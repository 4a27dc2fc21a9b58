package dev.mcpsession.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ImageNameTest {
  @Test
  void theManifestsRunTheImageThatTheBuildMakes() throws IOException {
    String name = property("image.name");
    String tag = property("image.tag");
    assertThat(Path.of("config/manager/deployment.yaml"))
        .content()
        .contains("image: " + name + ":" + tag + "\n");
    assertThat(Path.of("config/manager/kustomization.yaml"))
        .content()
        .contains("name: " + name + "\n", "newTag: " + tag + "\n");
  }

  private static String property(String name) throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    int begin = pom.indexOf("<" + name + ">") + name.length() + 2;
    return pom.substring(begin, pom.indexOf("</" + name + ">"));
  }
}
