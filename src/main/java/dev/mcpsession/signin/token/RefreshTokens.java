package dev.mcpsession.signin.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.TextHash;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.key.SignInKeys;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Refresh tokens: {@code <sign-in>.<generation>.<authentication>}. The last part follows from the
 * others and a key, so that two replicas make the same next token, and one that was used before is
 * recognized without being kept.
 */
final class RefreshTokens {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{40})\\.([1-9][0-9]{0,8})\\.([A-Za-z0-9_-]{43})");

  private RefreshTokens() {}

  /**
   * A token that the gateway has made at some time.
   *
   * @param id of its sign-in
   */
  record Genuine(String id, int generation) {}

  /** The token of a generation. Secret. */
  static String of(SignInKeys keys, String id, int generation, Instant now) {
    return text(id, generation, keys.mac(Purpose.REFRESH, authenticated(id, generation), now));
  }

  /**
   * The current token of a sign-in, whichever key it was made with. Secret.
   *
   * @return empty if that key is gone
   */
  static Optional<String> current(SignInKeys keys, SignIn signIn) {
    return all(keys, signIn.id(), signIn.refresh().generation())
        .filter(token -> hash(token).equals(signIn.refresh().currentHash()))
        .findFirst();
  }

  /** Empty if no key of the gateway has made it. */
  static Optional<Genuine> genuine(SignInKeys keys, String token) {
    Matcher parts = FORM.matcher(token);
    if (!parts.matches()) {
      return Optional.empty();
    }
    Genuine said = new Genuine(parts.group(1), Integer.parseInt(parts.group(2)));
    // Texts are compared in a time that says nothing of where they differ.
    return all(keys, said.id(), said.generation())
            .anyMatch(it -> MessageDigest.isEqual(it.getBytes(US_ASCII), token.getBytes(US_ASCII)))
        ? Optional.of(said)
        : Optional.empty();
  }

  /** SHA-256, 64 hexadecimal digits, as it is stored. */
  static String hash(String token) {
    return TextHash.of(token);
  }

  private static Stream<String> all(SignInKeys keys, String id, int generation) {
    return keys.macs(Purpose.REFRESH, authenticated(id, generation)).stream()
        .map(mac -> text(id, generation, mac));
  }

  private static String authenticated(String id, int generation) {
    return id + "." + generation;
  }

  private static String text(String id, int generation, byte[] mac) {
    return authenticated(id, generation)
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
  }
}
