package dev.mcpsession.signin.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.Base64URL;
import dev.mcpsession.gateway.session.Netstrings;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Random texts, and hashes of texts. */
public final class RandomTexts {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{22}");

  private final SecureRandom random;

  /** Made of what this yields. */
  public RandomTexts(SecureRandom random) {
    this.random = random;
  }

  /** 128 bits, 22 characters of base64url: nobody guesses it. */
  public String next() {
    return next(16);
  }

  /** Whether a text may have come from {@link #next}: anything else is not given out again. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /** 256 bits, 43 characters: as long as a code verifier must be (RFC 7636, section 4.1). */
  public String nextVerifier() {
    return next(32);
  }

  private String next(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64URL.encode(bytes).toString();
  }

  /** SHA-256 of a text in UTF-8, in base64url: the challenge of a code verifier. */
  public static String hash(String text) {
    return Base64URL.encode(Netstrings.sha256(text.getBytes(UTF_8))).toString();
  }
}
