package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.Names;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.issuer.Issuer;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.grant.ApiGrantStore;
import dev.mcpsession.token.oauth.AllowedEndpoints;
import dev.mcpsession.token.oauth.NimbusAuthorizationServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The Secrets that users create in a namespace for sessions with OAuth 2 tokens. */
public record OAuthSecrets(KubernetesClient kubernetes, String namespace) {
  void client(String name, Issuer issuer) {
    put(name, Map.of("client_id", issuer.clientId(), "client_secret", issuer.clientSecret()));
  }

  public void grant(String name, String refreshToken) {
    put(name, Map.of("refresh_token", refreshToken));
  }

  public void put(String name, Map<String, String> values) {
    kubernetes
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                .endMetadata()
                .withStringData(values)
                .build())
        .createOr(replace -> replace.update());
  }

  /** The fields of a session that uses a grant. */
  static String refresh(Issuer issuer, String client, String grant) {
    return """
    {drainSeconds: 0, token: {oauth2Refresh: {
      tokenEndpoint: "%s", clientSecretName: %s, grantSecretName: %s}}}
    """
        .formatted(issuer.tokenEndpoint(), client, grant);
  }

  /** An operator that may call only this issuer, over HTTP. */
  static RunningController operator(KubernetesClient client, String namespace, Issuer issuer) {
    NimbusAuthorizationServer server =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(List.of(EndpointUrl.parse(issuer.tokenEndpoint())), true),
            IssuerProxies.none(),
            InstantSource.system(),
            (endpoint, outcome, duration) -> {});
    return new RunningController(
        client,
        namespace,
        api -> api,
        secrets ->
            new ConfiguredSources(
                client,
                new ApiGrantStore(client),
                secrets,
                server,
                EndpointCalls.limitedTo(20, 4, System::nanoTime),
                "test",
                () -> true,
                InstantSource.system(),
                System::nanoTime));
  }
}
