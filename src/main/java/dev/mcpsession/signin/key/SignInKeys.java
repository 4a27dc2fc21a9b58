package dev.mcpsession.signin.key;

import java.time.Instant;
import java.util.Optional;

/** All keys of a moment. Immutable. */
public interface SignInKeys {
  /**
   * Encrypts and authenticates (AES-256-GCM), with the newest key.
   *
   * @return base64url, and a dot
   */
  String seal(Purpose purpose, byte[] content, Instant now);

  /** Empty if it was not made with one of the keys for this purpose. */
  Optional<byte[]> open(Purpose purpose, String sealed);
}
