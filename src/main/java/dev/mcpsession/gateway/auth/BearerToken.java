package dev.mcpsession.gateway.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PURE. A signed JWT (RFC 7515, RFC 7519) as it came, of which nothing is true before its signature
 * is verified.
 *
 * @param header with an algorithm that has public keys, and nothing critical
 * @param signedText what is signed, in ASCII
 * @param issuer that it names, not verified
 * @param claims not verified
 */
public record BearerToken(
    JWSHeader header,
    String signedText,
    Base64URL signature,
    String issuer,
    Map<String, Object> claims) {
  /** Longer tokens, in characters, are refused. With 200 groups a token has about 10,000. */
  static final int LONGEST = 12 * 1024;

  /** Those that are verified with a public key (RFC 7518, RFC 8037, RFC 9864). */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);

  /** Header types of access tokens (RFC 9068, section 2.1); a token may be without. */
  private static final Set<String> TYPES = Set.of("at+jwt", "jwt");

  private static final Pattern CREDENTIALS =
      Pattern.compile("bearer(?:$| +(.*))", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern COMPACT =
      Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");

  /**
   * What stands after the scheme Bearer, whose case does not matter (RFC 9110, section 11.1); empty
   * if the header has another scheme, so that there is no bearer token.
   */
  public static Optional<String> in(String authorization) {
    Matcher credentials = CREDENTIALS.matcher(authorization.strip());
    if (!credentials.matches()) {
      return Optional.empty();
    }
    String token = credentials.group(1);
    return Optional.of(token == null ? "" : token);
  }

  /**
   * Takes a token apart.
   *
   * @throws TokenRefusedException if no key whatever could make it acceptable
   */
  public static BearerToken parse(String token) throws TokenRefusedException {
    if (token.length() > LONGEST) {
      throw new TokenRefusedException(
          TokenDefect.token_too_long, "the token is longer than " + LONGEST + " characters");
    }
    Matcher parts = COMPACT.matcher(token);
    if (!parts.matches()) {
      throw malformed("the token is not a signed JWT");
    }
    Map<String, Object> header = object(parts.group(1), "header");
    checkHeader(header);
    Map<String, Object> claims = object(parts.group(2), "payload");
    if (!(claims.get("iss") instanceof String issuer)) {
      throw new TokenRefusedException(TokenDefect.token_issuer, "the token names no issuer");
    }
    Base64URL signature = Base64URL.from(parts.group(3));
    if (!Base64URL.encode(signature.decode()).equals(signature)) {
      // Otherwise several texts would be the same token.
      throw malformed("the token's signature is not in base64url");
    }
    return new BearerToken(
        parsed(header, parts.group(1)),
        parts.group(1) + "." + parts.group(2),
        signature,
        issuer,
        claims);
  }

  private static void checkHeader(Map<String, Object> header) throws TokenRefusedException {
    if (header.containsKey("crit")) {
      throw new TokenRefusedException(
          TokenDefect.token_critical_header, "the token has a critical header");
    }
    if (!(header.get("alg") instanceof String algorithm)
        || !ALGORITHMS.contains(JWSAlgorithm.parse(algorithm))) {
      throw new TokenRefusedException(
          TokenDefect.token_algorithm,
          "the token is not signed with a private key of its issuer (RS, PS, ES or Ed25519)");
    }
    if (header.containsKey("typ") && !isAccessToken(header.get("typ"))) {
      throw new TokenRefusedException(
          TokenDefect.token_type, "the token's header typ is neither at+jwt nor JWT");
    }
  }

  /** Media types have no case, and may be written in full (RFC 7515, section 4.1.9). */
  private static boolean isAccessToken(@Nullable Object type) {
    if (!(type instanceof String text)) {
      return false;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    String prefix = "application/";
    return TYPES.contains(lower.startsWith(prefix) ? lower.substring(prefix.length()) : lower);
  }

  private static JWSHeader parsed(Map<String, Object> header, String encoded)
      throws TokenRefusedException {
    try {
      return JWSHeader.parse(header, Base64URL.from(encoded));
    } catch (ParseException | IllegalArgumentException e) {
      throw malformed("the token's header is malformed");
    }
  }

  private static Map<String, Object> object(String encoded, String part)
      throws TokenRefusedException {
    try {
      return StrictJson.object(Base64URL.from(encoded).decode());
    } catch (ParseException e) {
      throw malformed("the token's " + part + " is not a JSON object");
    }
  }

  private static TokenRefusedException malformed(String why) {
    return new TokenRefusedException(TokenDefect.token_malformed, why);
  }

  /** Says nothing of the token. */
  @Override
  public String toString() {
    return "BearerToken";
  }
}
