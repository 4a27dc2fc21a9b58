package dev.mcpsession.token.oauth;

import dev.mcpsession.config.IssuerProxies;
import java.net.http.HttpClient;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Caches HTTP clients, one for each set of trusted authorities, since each client has its own
 * threads, connections and trust store. The least recently used client is evicted; it finishes the
 * requests that it has begun.
 */
final class IssuerClients implements AutoCloseable {
  private final SequencedMap<String, HttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);
  private final IssuerProxies proxies;
  private final Duration connectTimeout;
  private final int most;

  /**
   * @param proxies the JDK's own settings count if they name none
   * @param most the number of cached clients, not counting evicted ones that still finish requests
   */
  IssuerClients(IssuerProxies proxies, Duration connectTimeout, int most) {
    this.proxies = proxies;
    this.connectTimeout = connectTimeout;
    this.most = most;
  }

  /**
   * Begins a request with the client that trusts these authorities. Holds the lock meanwhile, so
   * that no other thread shuts the client down; {@code begin} must not block.
   *
   * @param authorities in PEM; null for those that Java trusts
   * @throws CertificateException if the authorities cannot be read
   */
  synchronized <T> T begin(@Nullable String authorities, Function<HttpClient, T> begin)
      throws CertificateException {
    // The PEM text itself is the key: it is not secret.
    String key = authorities == null ? "" : authorities;
    HttpClient client = clients.get(key);
    if (client == null) {
      client = build(authorities);
      clients.put(key, client);
      if (clients.size() > most) {
        Map.Entry<String, HttpClient> eldest = clients.pollFirstEntry();
        eldest.getValue().shutdown();
      }
    }
    return begin.apply(client);
  }

  private HttpClient build(@Nullable String authorities) throws CertificateException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // Without a request to upgrade to HTTP/2, which some proxies mishandle in a POST.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout);
    if (proxies.areNamed()) {
      builder.proxy(new IssuerProxySelector(proxies));
    }
    if (authorities != null) {
      builder.sslContext(TrustedAuthorities.context(authorities));
    }
    return builder.build();
  }

  /** The number of cached clients. */
  synchronized int size() {
    return clients.size();
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(HttpClient::shutdownNow);
    clients.clear();
  }
}
