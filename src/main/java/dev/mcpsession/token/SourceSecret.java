package dev.mcpsession.token;

import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Secret that a source reads; its owner has labelled it as a token source. Failures say what is
 * missing and what to do. They never repeat what is in the Secret: somebody may have put the token
 * under the wrong key.
 */
public final class SourceSecret {
  /** Finds labelled Secrets, in a cache or at the API server. */
  @FunctionalInterface
  public interface Lookup {
    /**
     * Finds a labelled Secret.
     *
     * @return null if there is none of that name with the label
     * @throws TokenFailure FAILED if the API server could not be asked
     */
    @Nullable Secret find(String namespace, String name) throws TokenFailure;
  }

  private final String name;
  private final Secret secret;

  private SourceSecret(String name, Secret secret) {
    this.name = name;
    this.secret = secret;
  }

  /** Whether the Secret has the label by which its owner lets sessions use it; false for null. */
  public static boolean isLabelled(@Nullable Secret secret) {
    Map<String, String> labels = secret == null ? null : secret.getMetadata().getLabels();
    return labels != null && "true".equals(labels.get(Names.TOKEN_SOURCE_LABEL));
  }

  /**
   * Wraps a Secret that was looked up.
   *
   * @param secret null if there is none with the label
   * @throws TokenFailure MISSING if it is null
   */
  public static SourceSecret of(String name, @Nullable Secret secret) throws TokenFailure {
    if (secret == null) {
      throw new TokenFailure(
          TokenFailure.Kind.MISSING,
          "no Secret "
              + name
              + " with the label "
              + Names.TOKEN_SOURCE_LABEL
              + "=\"true\" in the session's namespace; create it, or label it");
    }
    return new SourceSecret(name, secret);
  }

  /**
   * The text under a key, without the white space around it that editors and {@code echo} leave.
   *
   * @throws TokenFailure MISSING if there is no such key, or its text is empty
   */
  public String text(String key) throws TokenFailure {
    String text = value(key);
    if (text.isEmpty()) {
      throw new TokenFailure(
          TokenFailure.Kind.MISSING, "key " + key + " of Secret " + name + " is empty");
    }
    return text;
  }

  /**
   * As {@link #text}, but the text may be empty.
   *
   * @throws TokenFailure MISSING if there is no such key
   */
  String value(String key) throws TokenFailure {
    String text = find(key);
    if (text == null) {
      throw new TokenFailure(
          TokenFailure.Kind.MISSING, "Secret " + name + " has no key " + key + "; add it");
    }
    return text;
  }

  /** As {@link #value}; null if there is no such key. */
  public @Nullable String find(String key) {
    Map<String, String> data = secret.getData();
    String encoded = data == null ? null : data.get(key);
    return encoded == null
        ? null
        : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).strip();
  }

  public String name() {
    return name;
  }

  /** The Secret as it was looked up. */
  public Secret object() {
    return secret;
  }

  /**
   * A hash that changes when the values do, and with nothing else in the Secret. It is shown in
   * annotations and must not help anybody to guess the values, so it is salted with the Secret's
   * uid and cut to 64 bits.
   */
  public String fingerprint(@Nullable Object... values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret.getMetadata().getUid().getBytes(StandardCharsets.UTF_8));
      for (Object value : Arrays.asList(values)) {
        digest.update(("\n" + value).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
