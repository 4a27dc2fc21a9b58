package dev.mcpsession.signin.key;

import com.nimbusds.jose.jwk.JWK;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A key that is used from some time on, until the next one is. */
interface DatedKey {
  /** The order in which they are used, the same for all replicas. */
  Comparator<DatedKey> ORDER = Comparator.comparing(DatedKey::usedFrom).thenComparing(DatedKey::id);

  /** With an id and the times iat and nbf. Secret. */
  JWK jwk();

  default String id() {
    return jwk().getKeyID();
  }

  /** Old enough then for all replicas to know it. */
  default Instant usedFrom() {
    return jwk().getNotBeforeTime().toInstant();
  }

  /**
   * The one in use.
   *
   * @param keys in their order, at least one
   */
  static <K extends DatedKey> K inUse(List<K> keys, Instant now) {
    // By a clock that is behind none may have begun; the first was used at once.
    K chosen = keys.getFirst();
    for (K key : keys) {
      if (!key.usedFrom().isAfter(now)) {
        chosen = key;
      }
    }
    return chosen;
  }

  /** When the next one takes its place; empty: it is the last. */
  static Optional<Instant> succeededAt(List<? extends DatedKey> keys, DatedKey key) {
    int next = keys.indexOf(key) + 1;
    return next == keys.size() ? Optional.empty() : Optional.of(keys.get(next).usedFrom());
  }
}
