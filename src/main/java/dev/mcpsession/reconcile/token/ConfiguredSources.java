package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.api.TokenSpec.SecretSource;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import dev.mcpsession.kube.WriteGate;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SecretTokens;
import dev.mcpsession.token.ServiceAccountTokens;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.grant.GrantStore;
import dev.mcpsession.token.grant.RefreshTokens;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.ClientCredentialsTokens;
import dev.mcpsession.token.oauth.TokenExchangeTokens;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The token sources that a spec can select. */
public final class ConfiguredSources implements TokenSources {
  private final TokenSource secrets;
  private final ServiceAccountTokens serviceAccounts;
  private final RefreshTokens refreshTokens;
  private final TokenSource clientCredentials;
  private final TokenSource tokenExchange;

  /**
   * @param lookup finds the Secrets that sources name
   * @param holder names this process in the claims on grants
   * @param nanoTime monotonic, in nanoseconds
   */
  public ConfiguredSources(
      KubernetesClient client,
      GrantStore grants,
      SourceSecret.Lookup lookup,
      AuthorizationServer server,
      EndpointCalls calls,
      String holder,
      WriteGate gate,
      InstantSource clock,
      LongSupplier nanoTime) {
    secrets = new SecretTokens(lookup, clock);
    serviceAccounts = new ServiceAccountTokens(client, calls, clock);
    clientCredentials = new ClientCredentialsTokens(server, lookup, calls);
    tokenExchange = new TokenExchangeTokens(server, lookup, serviceAccounts, calls);
    refreshTokens =
        new RefreshTokens(
            lookup, grants, server, calls, holder, gate::isOpen, clock, nanoTime, Thread::sleep);
  }

  @Override
  public TokenSource of(TokenSpec spec) {
    return switch (spec.source()) {
      case ServiceAccountSource source -> serviceAccounts;
      case SecretSource source -> secrets;
      case OAuth2RefreshSource source -> refreshTokens;
      case OAuth2ClientCredentialsSource source -> clientCredentials;
      case OAuth2TokenExchangeSource source -> tokenExchange;
      case null -> throw new IllegalArgumentException("no token source is set");
    };
  }

  @Override
  public boolean isRenewing() {
    return refreshTokens.isRenewing();
  }

  @Override
  public boolean isStillRejected(String namespace, TokenSpec spec) throws TokenFailure {
    return !(spec.source() instanceof OAuth2RefreshSource source)
        || refreshTokens.isRejected(namespace, source);
  }

  @Override
  public void forget(String namespace, String grantSecretName) {
    refreshTokens.forget(namespace, grantSecretName);
  }

  @Override
  public void close() {
    refreshTokens.close();
  }
}
