package dev.mcpsession.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** A folder below target/ with what src/test/clients says, installed when that changed. */
final class InstalledOnce {
  private static final Path SOURCES = Path.of("src", "test", "clients");

  private InstalledOnce() {}

  /**
   * @param name of the folder
   * @param lock the file that pins versions: the installation is as good as it is old
   * @param install is run in the folder
   */
  static synchronized Path folder(String name, String lock, Consumer<Path> install) {
    Path folder = Path.of("target", name).toAbsolutePath();
    Path done = folder.resolve("installed-" + lock);
    try {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> sources = Files.newDirectoryStream(SOURCES)) {
        for (Path source : sources) {
          Files.copy(
              source,
              folder.resolve(source.getFileName().toString()),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
      if (!Files.exists(done) || Files.mismatch(done, folder.resolve(lock)) != -1) {
        install.accept(folder);
        Files.copy(folder.resolve(lock), done, StandardCopyOption.REPLACE_EXISTING);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
