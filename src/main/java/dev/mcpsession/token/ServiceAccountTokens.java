package dev.mcpsession.token;

import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Gets tokens for a ServiceAccount from the Kubernetes TokenRequest API. A call takes no longer
 * than the client's request timeout.
 */
public final class ServiceAccountTokens implements TokenSource, ServiceAccountIssuer {
  private final KubernetesClient client;
  private final EndpointCalls calls;
  private final InstantSource clock;

  public ServiceAccountTokens(KubernetesClient client, EndpointCalls calls, InstantSource clock) {
    this.client = client;
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public Token issue(Request request) throws TokenFailure, InterruptedException {
    return issue(request.namespace(), request.source(ServiceAccountSource.class), request.wanted());
  }

  @Override
  public Token issue(String namespace, ServiceAccountSource source, BooleanSupplier wanted)
      throws TokenFailure, InterruptedException {
    return calls.call(EndpointCalls.KUBERNETES, wanted, () -> request(namespace, source));
  }

  private Token request(String namespace, ServiceAccountSource source) throws TokenFailure {
    String account = namespace + "/" + source.name();
    Instant obtainedAt = clock.instant();
    try {
      TokenRequest answer =
          client
              .serviceAccounts()
              .inNamespace(namespace)
              .withName(source.name())
              .tokenRequest(tokenRequest(source));
      return new Token(
          answer.getStatus().getToken(),
          new TokenInfo(
              obtainedAt, Instant.parse(answer.getStatus().getExpirationTimestamp()), null));
    } catch (KubernetesClientException e) {
      throw switch (e.getCode()) {
        case 404 ->
            new TokenFailure(
                TokenFailure.Kind.MISSING, "ServiceAccount " + account + " not found; create it");
        case 403 ->
            new TokenFailure(
                TokenFailure.Kind.FAILED,
                "the operator may not request tokens for ServiceAccount "
                    + account
                    + "; grant it create on serviceaccounts/token");
        case -1, 0 ->
            new TokenFailure(
                SecretRequest.kind(e),
                "the API server did not answer the TokenRequest for "
                    + "ServiceAccount "
                    + account
                    + "; tried again");
        default ->
            new TokenFailure(
                SecretRequest.kind(e),
                "TokenRequest for ServiceAccount "
                    + account
                    + " was answered with "
                    + e.getCode()
                    + ": "
                    + (e.getStatus() == null ? "" : e.getStatus().getMessage()));
      };
    }
  }

  private static TokenRequest tokenRequest(ServiceAccountSource source) {
    TokenRequestSpecBuilder spec =
        new TokenRequestSpecBuilder().withExpirationSeconds(source.expiration().toSeconds());
    if (source.audience() != null) {
      spec.withAudiences(List.of(source.audience()));
    }
    return new TokenRequestBuilder().withSpec(spec.build()).build();
  }
}
