package dev.mcpsession.gateway.auth;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An issuer whose tokens are accepted.
 *
 * @param issuer as tokens name it (iss), character by character
 * @param audiences one of which a token must be for; empty: the resource's own URL (RFC 8707)
 * @param jwksUri where its keys are; null: found by discovery (RFC 8414, OpenID Connect Discovery)
 * @param userClaim what people call the user: a claim with a string
 * @param groupsClaim a claim with a string or a list of strings; a token may be without it
 * @param requiredScopes which each of its tokens must have
 * @param caFile certificates in PEM of the only authorities that are trusted for its URLs; null:
 *     those that Java trusts
 */
public record IssuerSettings(
    String issuer,
    List<String> audiences,
    @Nullable URI jwksUri,
    String userClaim,
    String groupsClaim,
    List<String> requiredScopes,
    @Nullable Path caFile) {
  public IssuerSettings {
    audiences = List.copyOf(audiences);
    requiredScopes = List.copyOf(requiredScopes);
  }
}
