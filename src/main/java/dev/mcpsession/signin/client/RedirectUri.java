package dev.mcpsession.signin.client;

import com.nimbusds.oauth2.sdk.client.RedirectURIValidator;
import dev.mcpsession.config.Authority;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.WebOrigin;
import java.net.URI;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an answer to a client is sent: to this computer over http, or to an https host that the
 * configuration allows. Compared letter for letter, but for the port on loopback, which a client
 * learns only when it listens (RFC 8252, section 7.3).
 *
 * @param text as it was registered or sent
 * @param origin that the browser goes to
 * @param isLoopback whether that is the user's own computer
 */
public record RedirectUri(String text, WebOrigin origin, boolean isLoopback) {
  /** In characters. */
  static final int LONGEST = 512;

  /** A name in capitals, or an address in another spelling, is left to no reader to understand. */
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(?<host>http://(?:127\\.0\\.0\\.1|\\[::1]|localhost))(?::[1-9][0-9]{0,4})?"
              + "(?<rest>(?:[/?].*)?)");

  /** {@link EndpointUrl} refuses these in a path; in a query they could end a header. */
  private static final Pattern ENCODED_CONTROL = Pattern.compile("%(?:[01].|7[Ff])");

  /** Of an app of the device, such as cursor://…; it is well-formed, and never allowed. */
  private static final Pattern PRIVATE_USE =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[\\x21-\\x7e&&[^#\\\\]]+");

  /** What can be said of a text. */
  public enum Standing {
    /** A client may have it. */
    ALLOWED,
    /** It is well-formed, but of a host or a scheme that is not allowed. */
    ELSEWHERE,
    /** Two programs might read it differently, or it is no redirect URI at all. */
    MALFORMED
  }

  /** What can be said of a text; never throws. */
  static Standing standing(String text, Collection<String> allowedHosts) {
    if (parse(text, allowedHosts).isPresent()) {
      return Standing.ALLOWED;
    }
    boolean isWeb = text.regionMatches(true, 0, "http", 0, 4);
    boolean isWellFormed =
        text.length() <= LONGEST
            && (isWeb ? EndpointUrl.parse(text) != null : PRIVATE_USE.matcher(text).matches());
    return isWellFormed && isLegal(text) ? Standing.ELSEWHERE : Standing.MALFORMED;
  }

  /**
   * Takes a text apart; never throws.
   *
   * @param allowedHosts of https, each with a port unless it is 443; case does not matter
   * @return empty: it is malformed, or not allowed
   */
  public static Optional<RedirectUri> parse(String text, Collection<String> allowedHosts) {
    EndpointUrl url = text.length() > LONGEST ? null : EndpointUrl.parse(text);
    if (url == null || !isLegal(text)) {
      return Optional.empty();
    }
    WebOrigin origin;
    try {
      origin = WebOrigin.of(url.uri());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // A host with letters that no host has.
    }
    boolean isLoopback = LOOPBACK.matcher(text).matches();
    boolean isAllowed = isLoopback || (!url.isHttp() && isListed(origin, allowedHosts));
    return isAllowed ? Optional.of(new RedirectUri(text, origin, isLoopback)) : Optional.empty();
  }

  /** Without a scheme that is a script, and a parameter that an answer has. */
  private static boolean isLegal(String text) {
    try {
      RedirectURIValidator.ensureLegal(URI.create(text));
    } catch (IllegalArgumentException e) {
      return false;
    }
    return !ENCODED_CONTROL.matcher(text).find();
  }

  private static boolean isListed(WebOrigin origin, Collection<String> allowedHosts) {
    return allowedHosts.stream()
        .map(Authority::parse)
        .anyMatch(host -> host != null && WebOrigin.of("https", host).equals(origin));
  }

  /**
   * Whether what a client sends is what it has registered.
   *
   * @param registered which was {@linkplain #parse parsed}
   */
  public static boolean matches(String registered, String sent) {
    if (registered.equals(sent)) {
      return true;
    }
    Matcher one = LOOPBACK.matcher(registered);
    Matcher other = LOOPBACK.matcher(sent);
    return one.matches()
        && other.matches()
        && one.group("host").equals(other.group("host"))
        && one.group("rest").equals(other.group("rest"))
        && EndpointUrl.parse(sent) != null;
  }
}
