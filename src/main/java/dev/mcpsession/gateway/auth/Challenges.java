package dev.mcpsession.gateway.auth;

import dev.mcpsession.gateway.auth.AccessDecision.MissingScopes;
import dev.mcpsession.gateway.auth.Authentication.Rejected;
import dev.mcpsession.gateway.route.McpResource;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * PURE. Values of the header WWW-Authenticate (RFC 6750 section 3, RFC 9728 section 5.1), in which
 * nothing that comes from outside can begin a parameter or a header of its own.
 */
public final class Challenges {
  /** One scope (RFC 6749, section 3.3). */
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]+");

  /** What error_description may not have (RFC 6750, section 3). */
  private static final Pattern UNFIT = Pattern.compile("[^\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]");

  private static final int LONGEST_DESCRIPTION = 300;

  private final ResourceMetadata metadata;

  public Challenges(ResourceMetadata metadata) {
    this.metadata = metadata;
  }

  /** For 401: there is no token. */
  public String missing(McpResource resource) {
    return start(resource) + scope(metadata.scopes());
  }

  /** For 401: the token is not accepted. */
  public String rejected(McpResource resource, Rejected rejected) {
    return start(resource) + error("invalid_token", rejected.why()) + scope(metadata.scopes());
  }

  /** For 401: the token is good, but the user has to sign in again, since their grant is not. */
  public String signInAgain(McpResource resource) {
    return start(resource)
        + error("invalid_token", "the grant of this user was rejected; sign in again")
        + scope(metadata.scopes());
  }

  /** For 403: scopes are missing; names all that are needed, so that one more consent is enough. */
  public String insufficientScope(McpResource resource, MissingScopes missing) {
    return start(resource)
        + error("insufficient_scope", "the token lacks a scope")
        + scope(missing.required());
  }

  private String start(McpResource resource) {
    return "Bearer resource_metadata=\"" + metadata.url(resource) + "\"";
  }

  private static String error(String code, String description) {
    String fit = UNFIT.matcher(description).replaceAll("'");
    String cut = fit.length() > LONGEST_DESCRIPTION ? fit.substring(0, LONGEST_DESCRIPTION) : fit;
    return ", error=\"" + code + "\", error_description=\"" + cut + "\"";
  }

  private static String scope(List<String> scopes) {
    String fit =
        scopes.stream()
            .filter(scope -> SCOPE.matcher(scope).matches())
            .collect(Collectors.joining(" "));
    return fit.isEmpty() ? "" : ", scope=\"" + fit + "\"";
  }
}
