package dev.mcpsession.signin.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Netstrings;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import dev.mcpsession.signin.key.Purpose;
import dev.mcpsession.signin.key.SignInKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a code stands for (RFC 6749, section 4.1.2). The code is this, sealed, so that nothing is
 * stored before it is exchanged; two codes are never the same, whatever they stand for.
 *
 * @param expiresAt in whole seconds
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

  private static final JsonMapper JSON = new JsonMapper();
  private static final int ID_DIGITS = 40;

  public AuthorizationCode {
    scopes = List.copyOf(scopes);
  }

  /** The form in which it is sealed. */
  private record Content(
      long expiresAt,
      String clientHash,
      String clientName,
      String clientHost,
      String redirectUri,
      String codeChallenge,
      String namespace,
      String template,
      String issuer,
      String subject,
      String name,
      Set<String> groups,
      String provider,
      List<String> scopes) {}

  /** The id of the sign-in that a code begins: the same however often it is exchanged. */
  public static String signInId(String code) {
    return HexFormat.of()
        .formatHex(Netstrings.sha256(code.getBytes(UTF_8)))
        .substring(0, ID_DIGITS);
  }

  /** The code. Secret. */
  public String seal(SignInKeys keys, Instant now) {
    Content content =
        new Content(
            expiresAt.getEpochSecond(),
            client.idHash(),
            client.name(),
            client.host(),
            redirectUri,
            codeChallenge,
            resource.namespace(),
            resource.template(),
            person.owner().issuer(),
            person.owner().subject(),
            person.name(),
            person.groups(),
            person.provider(),
            scopes);
    try {
      return keys.seal(Purpose.CODE, JSON.writeValueAsBytes(content), now);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and lists of texts can be written as JSON", e);
    }
  }

  /** Empty if it is no code of this gateway. It may have expired. */
  public static Optional<AuthorizationCode> open(SignInKeys keys, String code) {
    return keys.open(Purpose.CODE, code).map(AuthorizationCode::read);
  }

  private static AuthorizationCode read(byte[] json) {
    try {
      Content content = JSON.readValue(json, Content.class);
      return new AuthorizationCode(
          Instant.ofEpochSecond(content.expiresAt()),
          new ClientName(content.clientHash(), content.clientName(), content.clientHost()),
          content.redirectUri(),
          content.codeChallenge(),
          new McpResource(content.namespace(), content.template()),
          new Person(
              new Owner(content.issuer(), content.subject()),
              content.name(),
              content.groups(),
              content.provider()),
          content.scopes());
    } catch (IOException e) {
      throw new IllegalStateException("a sealed code is not what was sealed", e);
    }
  }
}
