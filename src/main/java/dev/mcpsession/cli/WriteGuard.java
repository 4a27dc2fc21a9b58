package dev.mcpsession.cli;

import dev.mcpsession.reconcile.WriteGate;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;

/**
 * Second line of defence behind the gate that the reconciler asks: refuses each try of a writing
 * request while the gate is closed, whoever sends it. Leases pass, since one must be written to
 * open the gate.
 */
record WriteGuard(WriteGate gate) implements Interceptor {

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (!"GET".equals(request.method())
        && !request.uri().getPath().contains("/apis/coordination.k8s.io/v1/")
        && !gate.isOpen()) {
      throw new KubernetesClientException(
          "Not sent, since this process does not lead: "
              + request.method()
              + " "
              + request.uri().getPath());
    }
  }
}
