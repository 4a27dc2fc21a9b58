package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.MessageAuthentication;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** Codes that are as good as their keys, for tests. */
record FakeKeys(List<String> keys) implements MessageAuthentication {
  FakeKeys(String... keys) {
    this(List.of(keys));
  }

  @Override
  public byte[] code(String purpose, String message) {
    return code(keys.getFirst(), purpose, message);
  }

  private static byte[] code(String key, String purpose, String message) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest((key + "/" + purpose + "/" + message).getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean isGenuine(String purpose, String message, byte[] code) {
    return keys.stream()
        .anyMatch(
            key -> Arrays.equals(Arrays.copyOf(code(key, purpose, message), code.length), code));
  }
}
