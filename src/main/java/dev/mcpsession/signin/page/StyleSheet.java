package dev.mcpsession.signin.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The one style sheet of all pages. Each page has it inside, so that none needs a second request,
 * and the policy of its answer allows it by its hash, and so no other style.
 */
public final class StyleSheet {
  private static final String TEXT = read();

  private StyleSheet() {}

  /** What stands between {@code <style>} and {@code </style>}, to the letter. */
  public static String text() {
    return TEXT;
  }

  /** What allows it as a style-src (CSP level 3, "hash-source"), with its quotation marks. */
  public static String source() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(TEXT.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String read() {
    try (InputStream file = StyleSheet.class.getResourceAsStream("style.css")) {
      if (file == null) {
        throw new IllegalStateException("style.css is missing in the program");
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
