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
 * A Secret that a source reads, labelled by its owner as readable. What is missing in it is said
 * with what to do, and never with what is in it: somebody may have put the token under the wrong
 * key.
 */
public final class SourceSecret {
  /** Finds labelled Secrets, in a cache or at the API server. */
  @FunctionalInterface
  public interface Lookup {
    /**
     * Null when there is none with the label.
     *
     * @throws TokenFailure FAILED when that cannot be known now
     */
    @Nullable Secret find(String namespace, String name) throws TokenFailure;
  }

  private final String name;
  private final Secret secret;

  private SourceSecret(String name, Secret secret) {
    this.name = name;
    this.secret = secret;
  }

  /** Whether its owner lets sessions name it. */
  public static boolean isLabelled(@Nullable Secret secret) {
    Map<String, String> labels = secret == null ? null : secret.getMetadata().getLabels();
    return labels != null && "true".equals(labels.get(Names.TOKEN_SOURCE_LABEL));
  }

  /**
   * A Secret as it was looked up.
   *
   * @param secret null when there is none with the label
   * @throws TokenFailure MISSING when there is none
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
   * The text under a key, without white space around it, which editors and {@code echo} leave.
   *
   * @throws TokenFailure MISSING when there is no such key, or nothing under it
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
   * As {@link #text}, and possibly empty.
   *
   * @throws TokenFailure MISSING when there is no such key
   */
  String value(String key) throws TokenFailure {
    String text = find(key);
    if (text == null) {
      throw new TokenFailure(
          TokenFailure.Kind.MISSING, "Secret " + name + " has no key " + key + "; add it");
    }
    return text;
  }

  /** As {@link #text}; null when there is no such key. */
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

  /** As it was looked up. */
  public Secret object() {
    return secret;
  }

  /**
   * Changes with the values and with nothing else of the Secret. Salted with the Secret's uid and
   * cut to 64 bits, since it is shown in annotations and must not help anyone who wants to guess
   * them.
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
