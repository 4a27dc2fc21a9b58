package dev.mcpsession.signin;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.gateway.SignInPart;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.site.Site;
import dev.mcpsession.signin.access.SignInAuthenticator;
import dev.mcpsession.signin.client.Clients;
import dev.mcpsession.signin.client.MetadataDocuments;
import dev.mcpsession.signin.http.SignInSite;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.kubernetes.GrantRejections;
import dev.mcpsession.signin.kubernetes.KeysSecret;
import dev.mcpsession.signin.kubernetes.KubernetesEndings;
import dev.mcpsession.signin.kubernetes.SecretGrants;
import dev.mcpsession.signin.kubernetes.SecretSignIns;
import dev.mcpsession.signin.kubernetes.SignInSweep;
import dev.mcpsession.signin.kubernetes.WatchedKeys;
import dev.mcpsession.signin.page.JtePages;
import dev.mcpsession.signin.provider.ConfiguredProviders;
import dev.mcpsession.signin.provider.Provider;
import dev.mcpsession.signin.provider.ProviderException;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.SecretReads;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts the parts of sign-in together, for one replica of the gateway. */
public final class GatewaySignIn implements SignInPart {
  /** Reads of client Secrets at a time: each waits for the API server. */
  private static final int SECRET_READS = 64;

  private final WatchedKeys keys;
  private final SecretSignIns signIns;
  private final ConfiguredProviders providers;
  private final SignInAuthenticator authenticator;
  private final SignInSite site;
  private final SignInLimits limits;
  private final Surroundings with;
  private @Nullable SignInSweep sweep;

  private GatewaySignIn(Surroundings with, GatewayConfig.SignIn config, IssuerProxies proxies)
      throws IOException {
    this.with = with;
    limits = new SignInLimits(config.idle(), config.absolute());
    KubernetesClient client = with.link().client();
    String namespace = namespace(config, client);
    SecureRandom random = new SecureRandom();
    keys =
        new WatchedKeys(
            client,
            new KeysSecret(client, namespace, config.keysSecretName(), with.clock(), random));
    signIns =
        new SecretSignIns(client, namespace, config.accessToken(), with.clock(), with.nanoTime());
    SignInMetrics metrics = new SignInMetrics(with.meters(), signIns::open, this::keyAge);
    providers =
        new ConfiguredProviders(
            config,
            with.config().allowHttpIssuers(),
            new SecretReads(
                client, EndpointCalls.limitedTo(SECRET_READS, SECRET_READS, with.nanoTime())),
            proxies,
            with.clock(),
            metrics);
    AccessTokens accessTokens =
        new AccessTokens(
            config.issuer().toString(), with.metadata()::resourceUrl, config.accessToken());
    authenticator =
        new SignInAuthenticator(
            accessTokens,
            keys,
            signIns,
            with.external(),
            with.clock(),
            GatewaySignIn::inBackground);
    SecretGrants grants = new SecretGrants(client);
    Clients clients =
        new Clients(
            config.clients(),
            keys,
            config.clients().metadataDocuments()
                ? Optional.of(new MetadataDocuments(config.clients(), with.vertx(), with.clock()))
                : Optional.empty());
    site =
        SignInSite.of(
            new SignInSite.Services(
                config,
                keys,
                accessTokens,
                signIns,
                grants,
                new KubernetesEndings(
                    client,
                    new KubernetesEndings.With(
                        signIns,
                        grants,
                        with.sessions(),
                        with.endConnections(),
                        this::fingerprint,
                        (template, refreshToken) ->
                            providers.upstream(template).revoke(refreshToken))),
                providers,
                clients::find,
                new JtePages(),
                with.sessions(),
                with.uses(),
                with.metadata(),
                metrics,
                random,
                with.clock()));
    with.sessions().listen(new GrantRejections(signIns, GatewaySignIn::inBackground));
  }

  /**
   * Starts nothing yet.
   *
   * @param with whose configuration has {@code signIn}
   * @param proxies through which providers are reached
   * @throws IOException if it is not known where sign-ins are kept
   */
  public static GatewaySignIn create(Surroundings with, IssuerProxies proxies) throws IOException {
    return new GatewaySignIn(with, with.config().signIn().orElseThrow(), proxies);
  }

  /** Of the key that signs; empty: there is none yet. */
  private Optional<Duration> keyAge() {
    return keys.isSynced()
        ? Optional.of(keys.keys().age(with.clock().instant()))
        : Optional.empty();
  }

  private static void inBackground(Runnable task) {
    Thread.ofVirtual().name("sign-in").start(task);
  }

  /** Of what vouches for the users of a template; empty: nothing does, or not now. */
  private Optional<String> fingerprint(McpSessionTemplate template) {
    try {
      return template.getSpec().signIn() == null
          ? Optional.empty()
          : providers.vouching(template).map(Provider::fingerprint);
    } catch (ProviderException e) {
      return Optional.empty();
    }
  }

  private static String namespace(GatewayConfig.SignIn config, KubernetesClient client)
      throws IOException {
    String own = config.namespace().orElse(client.getConfiguration().getNamespace());
    if (own == null || own.isEmpty()) {
      throw new IOException(
          "It is not known in which namespace sign-ins are kept: set signIn.namespace in the"
              + " gateway's configuration");
    }
    return own;
  }

  @Override
  public Site site() {
    return site;
  }

  @Override
  public Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public void start() {
    keys.start();
    signIns.start();
    sweep = SignInSweep.start(signIns, limits, with.clock());
  }

  @Override
  public boolean isSynced() {
    return keys.isSynced() && signIns.isSynced();
  }

  @Override
  public List<String> missing() {
    return Stream.concat(keys.missing().stream(), signIns.missing().stream()).toList();
  }

  @Override
  public void close() {
    if (sweep != null) {
      sweep.close();
    }
    signIns.close();
    keys.close();
    providers.close();
  }
}
