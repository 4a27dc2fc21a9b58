package dev.mcpsession.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.regex.Pattern;

/**
 * Second line of defence behind the gate that the reconciler checks: while the gate is closed,
 * rejects every attempt of a write request, whoever sends it. Leases pass, since one must be
 * written to open the gate, and so do reviews of the operator's own permissions, which write
 * nothing. So do updates of Secrets, which only grants receive: even a process that was deposed in
 * the meantime must store an issuer's response, under its lock.
 */
record WriteGuard(WriteGate gate) implements Interceptor {
  private static final Pattern SECRET = Pattern.compile("/api/v1/namespaces/[^/]+/secrets/[^/]+$");

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (!"GET".equals(request.method())
        && !request.uri().getPath().contains("/apis/coordination.k8s.io/v1/")
        && !request.uri().getPath().contains("/apis/authorization.k8s.io/v1/")
        && !isGrant(request)
        && !gate.isOpen()) {
      throw new KubernetesClientException(
          "Not sent, since this process does not lead: "
              + request.method()
              + " "
              + request.uri().getPath());
    }
  }

  private static boolean isGrant(HttpRequest request) {
    return "PUT".equals(request.method()) && SECRET.matcher(request.uri().getPath()).find();
  }
}
