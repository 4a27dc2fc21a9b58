package dev.mcpsession.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** PURE. The keys that an issuer published (RFC 7517). */
public record IssuerKeySet(List<VerificationKey> keys) {
  public IssuerKeySet {
    keys = List.copyOf(keys);
  }

  /** What the keys say of a token's signature. */
  public enum Verdict {
    /** One of them verifies it. */
    VALID,
    /** The key that it names does not verify it. */
    INVALID,
    /** The key that it names is for other algorithms. */
    WRONG_ALGORITHM,
    /** The key that it names is not among them; or it names none, and none verifies it. */
    UNKNOWN_KEY
  }

  /**
   * Leaves out keys that cannot be used or read, so that one of them does not take the others
   * along.
   *
   * @throws ParseException if it is no key set; the message tells nothing
   */
  public static IssuerKeySet parse(byte[] json) throws ParseException {
    Object keys = StrictJson.object(json).get("keys");
    if (!(keys instanceof List<?> list)) {
      throw new ParseException("no keys", 0);
    }
    List<VerificationKey> usable = new ArrayList<>();
    for (Object key : list) {
      if (key instanceof Map<?, ?> members) {
        usable(members).ifPresent(usable::add);
      }
    }
    return new IssuerKeySet(usable);
  }

  @SuppressWarnings("unchecked") // the members of a JSON object have names
  private static Optional<VerificationKey> usable(Map<?, ?> members) {
    try {
      return VerificationKey.of(JWK.parse((Map<String, Object>) members));
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether one of them has signed it. */
  public Verdict verify(BearerToken token) {
    @Nullable String id = token.header().getKeyID();
    Predicate<VerificationKey> isNamed = key -> id == null || key.id().equals(Optional.of(id));
    List<VerificationKey> named = keys.stream().filter(isNamed).toList();
    if (named.isEmpty()) {
      return Verdict.UNKNOWN_KEY;
    }
    List<VerificationKey> fit =
        named.stream()
            .filter(key -> key.algorithms().contains(token.header().getAlgorithm()))
            .toList();
    if (fit.stream().anyMatch(key -> key.verifies(token))) {
      return Verdict.VALID;
    }
    if (id == null) {
      return Verdict.UNKNOWN_KEY;
    }
    return fit.isEmpty() ? Verdict.WRONG_ALGORITHM : Verdict.INVALID;
  }
}
