package dev.mcpsession.signin.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.mcpsession.gateway.session.Netstrings;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * A key that values are sealed and authenticated with. Each of the two uses has a key of its own,
 * derived from the stored one (RFC 5869).
 */
final class SealingKey implements DatedKey {
  static final int BYTES = 32;

  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final OctetSequenceKey jwk;
  private final SecretKey sealing;
  private final SecretKey authenticating;

  SealingKey(OctetSequenceKey jwk) {
    this.jwk = jwk;
    this.sealing = derived("AES", "mcpsession sign-in: AES-256-GCM");
    this.authenticating = derived("HmacSHA256", "mcpsession sign-in: HMAC-SHA-256");
  }

  @Override
  public OctetSequenceKey jwk() {
    return jwk;
  }

  /** The stored key is random itself, so that it needs no extraction (RFC 5869, section 3.3). */
  private SecretKey derived(String algorithm, String use) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              algorithm,
              HKDFParameterSpec.expandOnly(
                  jwk.toSecretKey("Generic"), use.getBytes(US_ASCII), BYTES));
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("every Java platform has HKDF", e);
    }
  }

  /** Nonce and what it encrypts, in base64url. */
  String seal(Purpose purpose, byte[] content, SecureRandom random) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] encrypted;
    try {
      encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM encrypts any content", e);
    }
    byte[] sealed = Arrays.copyOf(nonce, NONCE + encrypted.length);
    System.arraycopy(encrypted, 0, sealed, NONCE, encrypted.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  /** Empty if this key has not sealed it for the purpose. */
  Optional<byte[]> open(Purpose purpose, String text) {
    Optional<byte[]> sealed = decoded(text);
    if (sealed.isEmpty() || sealed.get().length < NONCE + TAG_BITS / 8) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOf(sealed.get(), NONCE);
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, nonce, purpose)
              .doFinal(sealed.get(), NONCE, sealed.get().length - NONCE));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM decrypts or finds the tag to be bad", e);
    }
  }

  /** Only the one text that encodes the bytes, so that no two texts are the same sealed value. */
  private static Optional<byte[]> decoded(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, byte[] nonce, Purpose purpose) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.name().getBytes(US_ASCII));
    return cipher;
  }

  /** HMAC-SHA-256 over purpose and text, 32 bytes. */
  byte[] mac(Purpose purpose, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(authenticating);
      return mac.doFinal(Netstrings.of(purpose.name(), text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "SealingKey";
  }
}
