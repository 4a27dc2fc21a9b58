package dev.mcpsession.cli;

import dev.mcpsession.config.InvalidConfigException;
import dev.mcpsession.config.OperatorConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the operator's configuration file, for all roles that use it. */
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The operator's configuration, a YAML file. Default: the defaults.")
  @Nullable Path config;

  /** Reads a file as one role's configuration. */
  interface Reader<C> {
    C read(Path file) throws IOException, InvalidConfigException;
  }

  /**
   * The configuration; if the file is wrong, empty and a sentence in {@code problems} for each
   * mistake.
   */
  Optional<OperatorConfig> read(List<String> problems) {
    return config == null
        ? Optional.of(OperatorConfig.defaults())
        : read(config, OperatorConfig::read, problems);
  }

  /** Likewise of any role. */
  static <C> Optional<C> read(Path config, Reader<C> reader, List<String> problems) {
    try {
      return Optional.of(reader.read(config));
    } catch (InvalidConfigException e) {
      e.problems().forEach(problem -> problems.add("--config: " + config + ", " + problem));
    } catch (NoSuchFileException e) {
      problems.add("--config: there is no file " + config);
    } catch (IOException e) {
      problems.add(
          "--config: cannot read "
              + config
              + ": "
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage());
    }
    return Optional.empty();
  }
}
