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

/** The operator's configuration file, of every role that heeds it. */
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The operator's configuration, a YAML file. Default: the defaults.")
  @Nullable Path config;

  /** Nothing when something is wrong with the file, with a sentence for each thing. */
  Optional<OperatorConfig> read(List<String> problems) {
    if (config == null) {
      return Optional.of(OperatorConfig.defaults());
    }
    try {
      return Optional.of(OperatorConfig.read(config));
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
