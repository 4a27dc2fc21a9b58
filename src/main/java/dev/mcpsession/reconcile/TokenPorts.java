package dev.mcpsession.reconcile;

import dev.mcpsession.token.CallLimits;
import dev.mcpsession.token.oauth.AuthorizationServer;
import java.util.function.Function;

/**
 * Where tokens come from and how they end.
 *
 * @param sources made for the caches that they look Secrets up in, and closed with the controller
 * @param server asked to revoke
 * @param limits of calls to it
 */
public record TokenPorts(
    Function<ClusterView, TokenSources> sources, AuthorizationServer server, CallLimits limits) {}
