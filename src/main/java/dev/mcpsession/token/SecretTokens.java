package dev.mcpsession.token;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.TokenSpec.SecretSource;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens from a labelled Secret that someone else keeps up to date; it is watched, so no call
 * leaves the process.
 */
public final class SecretTokens implements TokenSource {
  /** Looks a labelled Secret up in the cache; null when there is none. */
  @FunctionalInterface
  public interface Lookup {
    @Nullable Secret find(String namespace, String name);
  }

  private final Lookup secrets;
  private final InstantSource clock;

  public SecretTokens(Lookup secrets, InstantSource clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  @Override
  public Token issue(Request request) throws TokenFailure {
    SecretSource source = request.spec().secret();
    if (source == null) {
      throw new IllegalArgumentException("no secret source in " + request);
    }
    return read(source, secrets.find(request.namespace(), source.name()), clock.instant());
  }

  /** What the Secret holds, without the token: pure, for the planner's observation. */
  public static SourceState state(SecretSource source, @Nullable Secret secret) {
    try {
      TokenInfo info = read(source, secret, Instant.EPOCH).info();
      return new SourceState.Available(String.valueOf(info.version()), info.expiresAt());
    } catch (TokenFailure failure) {
      return new SourceState.Unavailable(failure.kind(), failure.getMessage());
    }
  }

  private static Token read(SecretSource source, @Nullable Secret secret, Instant now)
      throws TokenFailure {
    if (secret == null) {
      throw missing(
          "no Secret "
              + source.name()
              + " with the label "
              + Names.TOKEN_SOURCE_LABEL
              + "=\"true\" in the session's namespace; create it, or label it");
    }
    byte[] token = value(source, secret, source.effectiveTokenKey());
    String text = new String(token, StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      throw missing(
          "key " + source.effectiveTokenKey() + " of Secret " + source.name() + " is empty");
    }
    Instant expiresAt =
        source.expiresAtKey() == null ? null : expiry(source, secret, source.expiresAtKey());
    return new Token(text, new TokenInfo(now, expiresAt, version(secret, text, expiresAt)));
  }

  private static Instant expiry(SecretSource source, Secret secret, String key)
      throws TokenFailure {
    String text = new String(value(source, secret, key), StandardCharsets.UTF_8).strip();
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      // The text is left out: somebody may have put the token under the wrong key.
      throw new TokenFailure(
          TokenFailure.Kind.FAILED,
          "key "
              + key
              + " of Secret "
              + source.name()
              + " is not an RFC 3339 instant such as 2026-11-21T10:30:00Z; correct it");
    }
  }

  private static byte[] value(SecretSource source, Secret secret, String key) throws TokenFailure {
    Map<String, String> data = secret.getData();
    String encoded = data == null ? null : data.get(key);
    if (encoded == null) {
      throw missing("Secret " + source.name() + " has no key " + key + "; add it");
    }
    return Base64.getDecoder().decode(encoded);
  }

  /**
   * Changes with the token and its expiry and with nothing else of the Secret. Salted with the
   * Secret's uid and cut to 64 bits, since it is shown in annotations and must not help anyone who
   * wants to guess the token.
   */
  private static String version(Secret secret, String token, @Nullable Instant expiresAt) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          (secret.getMetadata().getUid() + "\n" + expiresAt + "\n" + token)
              .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static TokenFailure missing(String message) {
    return new TokenFailure(TokenFailure.Kind.MISSING, message);
  }
}
