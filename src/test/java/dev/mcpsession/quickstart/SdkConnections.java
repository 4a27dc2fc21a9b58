package dev.mcpsession.quickstart;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Closes what the Java SDK leaves open: the HTTP client of a transport outlives it, and its idle
 * connections have a gateway that ends wait for half a minute.
 */
final class SdkConnections implements AutoCloseable {
  private final List<HttpClient> built = new CopyOnWriteArrayList<>();

  /** For one transport. */
  HttpClient.Builder builder() {
    HttpClient.Builder real = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    return (HttpClient.Builder)
        Proxy.newProxyInstance(
            HttpClient.Builder.class.getClassLoader(),
            new Class<?>[] {HttpClient.Builder.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(real, arguments);
                if (result instanceof HttpClient client) {
                  built.add(client);
                }
                return result == real ? proxy : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** What is under way is broken off. */
  @Override
  public void close() {
    built.forEach(HttpClient::shutdownNow);
  }
}
