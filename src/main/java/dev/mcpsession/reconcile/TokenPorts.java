package dev.mcpsession.reconcile;

import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.oauth.AuthorizationServer;
import java.util.function.Function;

/**
 * Where tokens come from and how they end.
 *
 * @param sources the source that a spec names, which may read what the caches hold
 * @param server asked to revoke
 * @param shared told before a token is revoked that later sessions could get
 */
record TokenPorts(
    Function<ClusterView, Function<TokenSpec, TokenSource>> sources,
    AuthorizationServer server,
    SharedTokens shared) {}
