package dev.mcpsession.gateway.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Netstrings;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * MCP session ids: base64url of 24 random bytes and of the first 16 bytes of an HMAC-SHA-256 over
 * them and over whose id it is. So an id that the gateway did not make, or made for another user or
 * template, is known by computation alone. Safe for use by several threads.
 */
final class SessionIds {
  private static final int RANDOM_BYTES = 24;
  private static final int CODE_BYTES = 16;
  private static final int CHARACTERS = 54; // of 40 bytes in base64url without padding
  private static final int NAME_DIGITS = 40;

  private final Supplier<SessionKeys.Pair> keys;
  private final SecureRandom random;

  SessionIds(Supplier<SessionKeys.Pair> keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  /** A new id. */
  String mint(McpResource resource, Owner owner) {
    byte[] id = new byte[RANDOM_BYTES + CODE_BYTES];
    byte[] nonce = new byte[RANDOM_BYTES];
    random.nextBytes(nonce);
    System.arraycopy(nonce, 0, id, 0, RANDOM_BYTES);
    byte[] code = code(keys.get().current(), nonce, resource, owner);
    System.arraycopy(code, 0, id, RANDOM_BYTES, CODE_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  /** Whether the gateway made this id for this user and resource. */
  boolean isGenuine(String id, McpResource resource, Owner owner) {
    byte[] bytes = decoded(id);
    if (bytes.length == 0) {
      return false;
    }
    byte[] nonce = Arrays.copyOf(bytes, RANDOM_BYTES);
    byte[] code = Arrays.copyOfRange(bytes, RANDOM_BYTES, bytes.length);
    SessionKeys.Pair pair = keys.get();
    Optional<SecretKeySpec> previous = pair.previous();
    return MessageDigest.isEqual(code, code(pair.current(), nonce, resource, owner))
        || (previous.isPresent()
            && MessageDigest.isEqual(code, code(previous.get(), nonce, resource, owner)));
  }

  /** Name of the McpConnection of an id: tells nothing of the id. */
  static String connectionName(String id) {
    return "c-"
        + HexFormat.of().formatHex(Netstrings.sha256(id.getBytes(UTF_8))).substring(0, NAME_DIGITS);
  }

  /** Empty if it has not the form of an id. */
  private static byte[] decoded(String id) {
    if (id.length() != CHARACTERS) {
      return new byte[0];
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(id);
      // The last character has bits to spare: only one of its forms is the id.
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(id)
          ? bytes
          : new byte[0];
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static byte[] code(SecretKeySpec key, byte[] nonce, McpResource resource, Owner owner) {
    try {
      Mac mac = Mac.getInstance(SessionKeys.ALGORITHM);
      mac.init(key);
      mac.update(nonce);
      mac.update(
          Netstrings.of(
              resource.namespace(), resource.template(), owner.issuer(), owner.subject()));
      return Arrays.copyOf(mac.doFinal(), CODE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
