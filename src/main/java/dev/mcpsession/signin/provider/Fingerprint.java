package dev.mcpsession.signin.provider;

import dev.mcpsession.gateway.session.Netstrings;
import java.util.Base64;

/** PURE. Identifies what vouches for users, as {@link Provider#fingerprint}. */
final class Fingerprint {
  private Fingerprint() {}

  /** SHA-256 of values, each with its length, in base64url. */
  static String of(String... values) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Netstrings.sha256(values));
  }
}
