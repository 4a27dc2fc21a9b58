package dev.mcpsession.token.oauth;

import java.net.http.HttpClient;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * HTTP clients, one for each set of trusted authorities, since each has threads, connections and a
 * trust store of its own. Those that were not used for longest make room; what they have begun,
 * they end.
 */
final class IssuerClients implements AutoCloseable {
  private final SequencedMap<String, HttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);
  private final Duration connectTimeout;
  private final int most;

  /**
   * @param most clients at a time, not counting those that still end what they have begun
   */
  IssuerClients(Duration connectTimeout, int most) {
    this.connectTimeout = connectTimeout;
    this.most = most;
  }

  /**
   * Begins something with the client that trusts these; no other thread can shut it down before it
   * has begun, so it must not block.
   *
   * @param authorities in PEM; null: those that Java trusts
   * @throws CertificateException if the authorities cannot be read
   */
  synchronized <T> T begin(@Nullable String authorities, Function<HttpClient, T> begin)
      throws CertificateException {
    // The text itself is the key: it is public, and what is equal is the same.
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
            // No upgrade to HTTP/2 is asked for: some proxies stumble over it in a POST.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout);
    if (authorities != null) {
      builder.sslContext(TrustedAuthorities.context(authorities));
    }
    return builder.build();
  }

  /** How many there are. */
  synchronized int size() {
    return clients.size();
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(HttpClient::shutdownNow);
    clients.clear();
  }
}
