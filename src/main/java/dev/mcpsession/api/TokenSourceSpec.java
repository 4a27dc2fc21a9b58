package dev.mcpsession.api;

import dev.mcpsession.api.TokenSpec.SecretSource;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import java.util.Set;

/** One of the sources that a {@link TokenSpec} can name. */
public sealed interface TokenSourceSpec permits ServiceAccountSource, SecretSource, OAuth2Source {
  /**
   * The field of {@code spec.token} that holds such a source: for messages, and for the label
   * {@code source} of the metrics.
   */
  String fieldName();

  /** The Secrets of the session's namespace that the source reads, by name. */
  Set<String> secretNames();
}
