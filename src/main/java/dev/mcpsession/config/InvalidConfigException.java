package dev.mcpsession.config;

import java.util.List;

/** The configuration is invalid; holds all of its errors. */
public final class InvalidConfigException extends Exception {
  private final List<String> problems;

  InvalidConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence for each problem, in the order of the file; never empty. */
  public List<String> problems() {
    return problems;
  }
}
