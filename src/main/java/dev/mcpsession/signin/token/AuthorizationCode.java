package dev.mcpsession.signin.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import dev.mcpsession.signin.identity.TextHash;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.key.SignInKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a code stands for (RFC 6749, section 4.1.2). The code is this, sealed, so that nothing is
 * stored before it is exchanged; two codes are never the same, whatever they stand for.
 *
 * @param expiresAt from when on it is worth nothing
 * @param client that it was given to
 * @param redirectUri that it was sent to
 * @param codeChallenge by S256 (RFC 7636)
 * @param resource that its tokens are for
 * @param scopes that were granted
 */
public record AuthorizationCode(
    Instant expiresAt,
    ClientName client,
    String redirectUri,
    String codeChallenge,
    McpResource resource,
    Person person,
    List<String> scopes) {
  /** How long a code is good. */
  public static final Duration LIFETIME = Duration.ofSeconds(60);

  private static final JsonMapper JSON =
      JsonMapper.builder().addModule(new JavaTimeModule()).build();
  private static final int ID_DIGITS = 40;

  public AuthorizationCode {
    scopes = List.copyOf(scopes);
  }

  /** The id of the sign-in that a code begins: the same however often it is exchanged. */
  public static String signInId(String code) {
    return TextHash.of(code).substring(0, ID_DIGITS);
  }

  /** The code. Secret. */
  public String seal(SignInKeys keys, Instant now) {
    try {
      return keys.seal(Purpose.CODE, JSON.writeValueAsBytes(this), now);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, lists and a time can be written as JSON", e);
    }
  }

  /** Empty if it is no code of this gateway. It may have expired. */
  public static Optional<AuthorizationCode> open(SignInKeys keys, String code) {
    return keys.open(Purpose.CODE, code).map(AuthorizationCode::read);
  }

  private static AuthorizationCode read(byte[] json) {
    try {
      return JSON.readValue(json, AuthorizationCode.class);
    } catch (IOException e) {
      throw new IllegalStateException("a sealed code is not what was sealed", e);
    }
  }
}
