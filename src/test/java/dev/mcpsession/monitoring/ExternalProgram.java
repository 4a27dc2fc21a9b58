package dev.mcpsession.monitoring;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A program of the machine. */
record ExternalProgram(Path file) {

  /** How it ended, and all that it wrote. */
  record Result(int exitCode, String output) {}

  /** The first of that name on the PATH. */
  static Optional<ExternalProgram> find(String name) {
    return Arrays.stream(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(ExternalProgram::new);
  }

  /** As {@link #find}, where it must be there. */
  static ExternalProgram named(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new AssertionError(
                    name + " is not on the PATH: install Debian's package prometheus"));
  }

  /** Waits for its end. */
  Result run(String... arguments) {
    try {
      Process process = start(ProcessBuilder.Redirect.PIPE, arguments);
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns at once.
   *
   * @param output where to it writes, errors too
   */
  Process start(ProcessBuilder.Redirect output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
  }
}
