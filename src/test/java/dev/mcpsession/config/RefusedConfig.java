package dev.mcpsession.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;

/** A configuration that is refused. */
final class RefusedConfig {
  private RefusedConfig() {}

  /** What is wrong with it, each in a sentence. */
  static List<String> problems(String yaml) {
    InvalidConfigException refused =
        catchThrowableOfType(InvalidConfigException.class, () -> OperatorConfig.parse(yaml));
    assertThat(refused).as("refused: %s", yaml).isNotNull();
    return refused.problems();
  }
}
