package dev.mcpsession.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
  @TempDir private Path folder;
  private Path lower;
  private Path upper;

  @BeforeEach
  void makeLayers() throws IOException {
    lower = Files.createDirectories(folder.resolve("lower"));
    upper = Files.createDirectories(folder.resolve("upper"));
  }

  @Test
  void anUpperLayerReplacesAndHidesFilesOfALowerOne() throws Exception {
    write(lower.resolve("etc/replaced"), "old");
    write(lower.resolve("etc/gone"), "old");
    write(lower.resolve("opt/emptied/old"), "old");
    write(upper.resolve("etc/replaced"), "new");
    write(upper.resolve("etc/.wh.gone"), "");
    write(upper.resolve("opt/emptied/.wh..wh..opq"), "");
    write(upper.resolve("opt/emptied/new"), "new");
    Path root = folder.resolve("root");
    archive().unpack(root);
    assertThat(root.resolve("etc/replaced")).hasContent("new");
    assertThat(root.resolve("etc")).isDirectoryNotContaining(f -> f.endsWith("gone"));
    assertThat(root.resolve("etc")).isDirectoryNotContaining("glob:**/.wh*");
    assertThat(root.resolve("opt/emptied")).isDirectoryContaining(f -> f.endsWith("new"));
    assertThat(root.resolve("opt/emptied")).isDirectoryNotContaining(f -> f.endsWith("old"));
  }

  @Test
  void javaIsFoundThroughLinksThatLeadOutOfTheFolder() throws Exception {
    write(lower.resolve("usr/lib/jvm/25/bin/java"), "the JVM");
    link(lower.resolve("usr/bin/java"), "/etc/alternatives/image-java");
    link(lower.resolve("etc/alternatives/image-java"), "../../usr/lib/jvm/default/bin/java");
    link(lower.resolve("usr/lib/jvm/default"), "/usr/lib/jvm/25");
    link(lower.resolve("bin"), "usr/bin");
    UnpackedImage image = new UnpackedImage(folder.resolve("root"), archive());
    image.image().unpack(image.root());
    assertThat(image.java()).isEqualTo(image.root().resolve("usr/lib/jvm/25/bin/java"));
  }

  @Test
  void anImageWithoutJavaIsRefused() throws Exception {
    UnpackedImage image = new UnpackedImage(folder.resolve("root"), archive());
    image.image().unpack(image.root());
    assertThatThrownBy(image::java)
        .isInstanceOf(IOException.class)
        .hasMessage("the image has no java in [/sbin, /bin]");
  }

  @Test
  void theEntryPointIsRunFromTheFolderAndWithoutTheCacheThatIsStillToBeMade() throws Exception {
    write(upper.resolve("app/class-path"), "/app/a.jar:/app/libs/b.jar");
    UnpackedImage image = new UnpackedImage(folder.resolve("root"), archive());
    image.image().unpack(image.root());
    String root = image.root().toString();
    assertThat(image.arguments())
        .containsExactly(
            "-XX:Flags=" + root + "/app/flags", "-cp", "@" + folder.resolve("class-path"), "Main");
    assertThat(folder.resolve("class-path"))
        .hasContent('"' + root + "/app/a.jar:" + root + "/app/libs/b.jar\"");
    assertThat(image.environment()).containsEntry("LANG", "C.UTF-8");
  }

  @Test
  void aCopyWithoutUserDiffersInNothingElse() throws Exception {
    write(lower.resolve("etc/file"), "content");
    ImageArchive image = archive();
    ImageArchive copy = image.withoutUser(folder.resolve("copy.tar"), "copy:1");
    assertThat(image.config().path("User").asText()).isEqualTo("65532");
    assertThat(copy.config().has("User")).isFalse();
    assertThat(copy.name()).isEqualTo("copy:1");
    assertThat(copy.texts("Entrypoint")).isEqualTo(image.texts("Entrypoint"));
    Path root = folder.resolve("root");
    copy.unpack(root);
    assertThat(root.resolve("etc/file")).hasContent("content");
  }

  @Test
  void whatIsNoImageIsRefusedWithItsName() throws Exception {
    Path file = write(folder.resolve("text.tar"), "no archive");
    assertThatThrownBy(() -> ImageArchive.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text.tar");
  }

  private static Path write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static void link(Path link, String target) throws IOException {
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
  }

  private ImageArchive archive() throws IOException, InterruptedException {
    Path image = Files.createDirectories(folder.resolve("image"));
    tar("-czf", image.resolve("1.tar.gz").toString(), "-C", lower.toString(), ".");
    tar("-czf", image.resolve("2.tar.gz").toString(), "-C", upper.toString(), ".");
    write(
        image.resolve("config.json"),
        """
        {"config": {"User": "65532", "Env": ["PATH=/sbin:/bin", "LANG=C.UTF-8"], "Entrypoint":
          ["java", "-XX:Flags=/app/flags", "-XX:AOTCache=/app/x.aot", "-cp", "@/app/class-path", "Main"]}}
        """);
    write(
        image.resolve("manifest.json"),
        """
        [{"Config": "config.json", "RepoTags": ["image:1"], "Layers": ["1.tar.gz", "2.tar.gz"]}]
        """);
    Path file = folder.resolve("image.tar");
    tar(
        "-cf",
        file.toString(),
        "-C",
        image.toString(),
        "manifest.json",
        "config.json",
        "1.tar.gz",
        "2.tar.gz");
    return ImageArchive.read(file);
  }

  private static void tar(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tar"));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
