package dev.mcpsession.external;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A program of the machine. */
public record ExternalProgram(Path file) {

  /** How it ended, and all that it wrote. */
  public record Result(int exitCode, String output) {}

  /** The first of that name on the PATH. */
  public static Optional<ExternalProgram> find(String name) {
    return Arrays.stream(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(ExternalProgram::new);
  }

  /**
   * As {@link #find}, where it must be there.
   *
   * @param debianPackage that has it
   */
  public static ExternalProgram named(String name, String debianPackage) {
    return find(name)
        .orElseThrow(
            () ->
                new AssertionError(
                    name + " is not on the PATH: install Debian's package " + debianPackage));
  }

  /** Waits for its end. */
  public Result run(String... arguments) {
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
   * As {@link #attempt}, and it has to end with exit code 0.
   *
   * @return what it wrote
   */
  public String succeed(
      Path folder, Map<String, String> environment, Duration within, List<String> arguments) {
    Result result = attempt(folder, environment, within, arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError(
          "%s %s ended with exit code %d:%n%s"
              .formatted(file, arguments, result.exitCode(), result.output()));
    }
    return result.output();
  }

  /**
   * Runs it in a folder.
   *
   * @param environment added to this process's
   * @throws AssertionError if it has not ended in time; it is killed then
   */
  public Result attempt(
      Path folder, Map<String, String> environment, Duration within, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(file.toAbsolutePath().toString()));
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile("output", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(new File("/dev/null"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      String written = Files.readString(output);
      Files.delete(output);
      if (!ended) {
        throw new AssertionError(command + " has not ended within " + within + ":\n" + written);
      }
      return new Result(process.exitValue(), written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs it in a folder, and tells of each line that it writes at once.
   *
   * @param environment added to this process's
   * @param within it is killed then
   * @param line may block, and may throw
   * @return all that it wrote; empty: it was killed
   */
  public Optional<String> follow(
      Path folder,
      Map<String, String> environment,
      Duration within,
      List<String> arguments,
      Consumer<String> line) {
    List<String> command = new ArrayList<>(List.of(file.toAbsolutePath().toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"));
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicBoolean isLate = new AtomicBoolean();
    var unused =
        process
            .onExit()
            .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
            .exceptionally(
                late -> {
                  isLate.set(true);
                  return process.destroyForcibly();
                });
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      StringBuilder written = new StringBuilder();
      for (String read = output.readLine(); read != null; read = output.readLine()) {
        written.append(read).append('\n');
        line.accept(read);
      }
      return isLate.get() ? Optional.empty() : Optional.of(written.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Returns at once.
   *
   * @param output where to it writes, errors too
   */
  public Process start(ProcessBuilder.Redirect output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
  }
}
