package dev.mcpsession.signin.provider;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** PURE. Identifies what vouches for users, as {@link Provider#fingerprint}. */
final class Fingerprint {
  private Fingerprint() {}

  /** SHA-256 of values, each with its length, in base64url. */
  static String of(String... values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String value : values) {
        digest.update((value.length() + ":" + value).getBytes(StandardCharsets.UTF_8));
      }
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
