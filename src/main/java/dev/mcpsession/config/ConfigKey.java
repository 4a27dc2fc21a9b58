package dev.mcpsession.config;

import org.jspecify.annotations.Nullable;

/**
 * A key of a configuration file. A role's keys are a table: parsing, defaults and the reference in
 * {@code docs/} are derived from it, so that they cannot disagree.
 */
public interface ConfigKey {
  /**
   * As in the file, with sections joined by dots: {@code leaderElection.leaseName}; in a list of
   * sections: {@code issuers[].issuer}.
   */
  String key();

  /** Type and range of its value. */
  Kind kind();

  /** The allowed values, human-readable. */
  default String allowed() {
    return kind().allowed();
  }

  /** As written in the file; null if there is none, or if it depends on where the role runs. */
  @Nullable String defaultValue();

  /** A few sentences in Markdown, with the unit. */
  String meaning();
}
