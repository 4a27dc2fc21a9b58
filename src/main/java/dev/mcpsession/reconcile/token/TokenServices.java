package dev.mcpsession.reconcile.token;

import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.oauth.AuthorizationServer;

import java.util.function.Function;

/**
 * Where tokens come from and how they end.
 *
 * @param sources made for where they find Secrets, and closed with the controller
 * @param server asked to revoke
 * @param limits of calls to it
 */
public record TokenServices(
    Function<SourceSecret.Lookup, TokenSources> sources,
    AuthorizationServer server,
    CallLimits limits) {}
