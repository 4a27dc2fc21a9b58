package dev.mcpsession.process;

import dev.mcpsession.kube.ClientFactory;
import dev.mcpsession.kube.RefusedReads;
import dev.mcpsession.kube.WriteGate;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The process's client, and what it notices of the API server. */
public final class ApiServerLink implements AutoCloseable {
  /** Short, so that a request into a dead connection does not keep the next one from being sent. */
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

  /** What the process does about what the client notices. */
  public interface Listener {
    /** The API server answers again, after this silence. Others may have waited for it. */
    void returned(Duration silence);

    /** The credentials will not become valid again, for this reason. */
    void refusedForGood(String why);

    /** A read was refused for lack of a permission; empty: in no namespace. */
    void readRefused(Optional<String> namespace);
  }

  private final ApiServerContact contact;
  private final KubernetesClient client;
  private final ContactWatch watch;

  /**
   * Makes no call yet.
   *
   * @param cluster gets this process's limits for requests
   * @param gate checked before each write
   */
  public ApiServerLink(Config cluster, WriteGate gate, LongSupplier nanoTime, Listener listener) {
    contact = new ApiServerContact(nanoTime);
    contact.whenReturned(listener::returned);
    Map<String, Interceptor> interceptors = new LinkedHashMap<>();
    interceptors.put("api-server-contact", contact);
    interceptors.put("refused-reads", new RefusedReads(listener::readRefused));
    client = ClientFactory.build(cluster, Version.number(), gate, interceptors);
    RequestConfig limits =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.toIntExact(PROBE_TIMEOUT.toMillis()))
            .build();
    contact.askBy(
        () ->
            client
                .adapt(NamespacedKubernetesClient.class)
                .withRequestConfig(limits)
                .call(KubernetesClient::getKubernetesVersion));
    watch = new ContactWatch(contact, listener::refusedForGood);
  }

  /** Notices from now on. */
  public void start() {
    watch.start();
  }

  /** What is known of the API server's presence. */
  public ApiServerContact contact() {
    return contact;
  }

  /** The client, which {@link #close} closes. */
  public KubernetesClient client() {
    return client;
  }

  /** Notices nothing more; the client stays usable. */
  public void stopWatching() {
    watch.close();
  }

  @Override
  public void close() {
    watch.close();
    client.close();
  }
}
