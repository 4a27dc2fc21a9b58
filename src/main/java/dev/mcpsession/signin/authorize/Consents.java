package dev.mcpsession.signin.authorize;

import com.nimbusds.jose.util.Base64URL;
import dev.mcpsession.gateway.session.Netstrings;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * PURE. What the user of a browser has consented to there: which client may return where, for what.
 * Kept in a cookie, the newest first.
 */
public record Consents(List<String> given) {
  /** Nothing yet. */
  public static final Consents NONE = new Consents(List.of());

  /** As many as fit into a cookie together with the others. */
  private static final int MOST = 24;

  private static final int HASH_BYTES = 16;

  public Consents {
    given = List.copyOf(given);
  }

  /** Whether the user need not be asked. */
  public boolean include(AuthorizationRequest request) {
    return given.contains(key(request));
  }

  /** The same, and this one. */
  public Consents with(AuthorizationRequest request) {
    String key = key(request);
    List<String> all = new ArrayList<>(List.of(key));
    given.stream().filter(it -> !it.equals(key)).limit(MOST - 1).forEach(all::add);
    return new Consents(all);
  }

  /** Another scope is another consent; the port on loopback changes each time. */
  private static String key(AuthorizationRequest request) {
    URI redirect = URI.create(request.redirectUri());
    String to =
        redirect.getScheme().equals("https")
            ? request.redirectUri()
            : redirect.getHost() + redirect.getRawPath();
    byte[] hash =
        Netstrings.sha256(
            request.client().idHash(),
            to,
            request.resource().toString(),
            String.join(" ", request.scopes()));
    return Base64URL.encode(Arrays.copyOf(hash, HASH_BYTES)).toString();
  }
}
