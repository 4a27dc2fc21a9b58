package dev.mcpsession.signin.provider;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.config.GatewayConfig.SignIn;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.oauth.AllowedEndpoints;
import dev.mcpsession.token.oauth.CodeFlowClient;
import dev.mcpsession.token.oauth.IssuerCalls;
import dev.mcpsession.token.oauth.OAuthClient;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;

/** The providers that templates and the gateway's configuration name. */
public final class ConfiguredProviders implements Providers, AutoCloseable {
  private final AllowedEndpoints allowed;
  private final SourceSecret.Lookup secrets;
  private final URI redirectUri;
  private final CodeFlowClient server;
  private final Optional<Provider> identityProvider;

  /**
   * @param allowHttp whether the configuration allows http issuers
   * @param secrets labelled Secrets of templates' namespaces, as they are at the moment; may block
   * @param proxies through which providers are reached
   */
  public ConfiguredProviders(
      SignIn config,
      boolean allowHttp,
      SourceSecret.Lookup secrets,
      IssuerProxies proxies,
      InstantSource clock,
      IssuerCalls calls) {
    this(config, allowHttp, secrets, clock, new CodeFlowClient(proxies, clock, calls));
  }

  /** With a client that gives up soon enough for tests. */
  ConfiguredProviders(
      SignIn config,
      boolean allowHttp,
      SourceSecret.Lookup secrets,
      InstantSource clock,
      CodeFlowClient server) {
    this.allowed = AllowedEndpoints.ofGateway(config.allowedEndpoints(), allowHttp);
    this.secrets = secrets;
    this.redirectUri =
        URI.create(config.issuer().toString().replaceFirst("/$", "") + "/oauth/callback");
    this.server = server;
    this.identityProvider =
        config
            .identityProvider()
            .map(provider -> new OidcProvider(provider, allowHttp, server, redirectUri, clock));
  }

  @Override
  public Provider upstream(McpSessionTemplate template) throws ProviderException {
    Upstream upstream = Upstream.of(template, allowed);
    String namespace = template.getMetadata().getNamespace();
    return new UpstreamProvider(
        upstream,
        () -> OAuthClient.read(upstream.source(), namespace, secrets),
        server,
        redirectUri);
  }

  @Override
  public Optional<Provider> identityProvider() {
    return identityProvider;
  }

  /** Abandons the calls that are under way. */
  @Override
  public void close() {
    server.close();
  }
}
