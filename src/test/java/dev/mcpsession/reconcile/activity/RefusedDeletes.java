package dev.mcpsession.reconcile.activity;

import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.reconcile.write.ClusterApi;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the evictions that the API server refused because the session had changed meanwhile. */
final class RefusedDeletes {
  private final AtomicInteger count = new AtomicInteger();

  int count() {
    return count.get();
  }

  ClusterApi counting(ClusterApi api) {
    return (ClusterApi)
        Proxy.newProxyInstance(
            ClusterApi.class.getClassLoader(),
            new Class<?>[] {ClusterApi.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(api, arguments);
              } catch (InvocationTargetException e) {
                if (method.getName().equals("deleteSession")
                    && e.getCause() instanceof KubernetesClientException refusal
                    && ApiErrors.isConflict(refusal)) {
                  count.incrementAndGet();
                }
                throw e.getCause();
              }
            });
  }
}
