package dev.mcpsession.gateway.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Joins texts so that no two lists of them give the same bytes: each as a netstring without its
 * comma, {@code 5:alice}. The number counts bytes of UTF-8.
 */
public final class Netstrings {
  private Netstrings() {}

  /** The bytes of all of them, in UTF-8, one behind the other. */
  public static byte[] of(String... texts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (String text : texts) {
      byte[] bytes = text.getBytes(UTF_8);
      joined.writeBytes((bytes.length + ":").getBytes(UTF_8));
      joined.writeBytes(bytes);
    }
    return joined.toByteArray();
  }

  /** SHA-256 of {@link #of}. */
  public static byte[] sha256(String... texts) {
    return sha256(of(texts));
  }

  /** SHA-256, 32 bytes. */
  public static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
