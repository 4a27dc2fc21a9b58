package dev.mcpsession.reconcile.token;

import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.oauth.AuthorizationServer;
import java.util.function.Function;

/**
 * How tokens are obtained and revoked.
 *
 * @param sources creates the sources for a way to find Secrets; closed with the controller
 * @param server revokes tokens
 * @param calls make the calls, within limits; shared by all controllers of the process
 */
public record TokenServices(
    Function<SourceSecret.Lookup, TokenSources> sources,
    AuthorizationServer server,
    EndpointCalls calls) {}
