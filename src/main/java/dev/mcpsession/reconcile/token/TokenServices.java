package dev.mcpsession.reconcile.token;

import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.oauth.AuthorizationServer;
import java.util.function.Function;

/**
 * How tokens are obtained and revoked.
 *
 * @param sources creates the sources for a way to find Secrets; closed with the controller
 * @param server revokes tokens
 * @param limits for calls to it
 */
public record TokenServices(
    Function<SourceSecret.Lookup, TokenSources> sources,
    AuthorizationServer server,
    CallLimits limits) {}
