package dev.mcpsession.gateway;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.activity.UseReporter;
import dev.mcpsession.gateway.connection.KubernetesConnections;
import dev.mcpsession.gateway.connection.SessionKeys;
import dev.mcpsession.gateway.kubernetes.GatewayCache;
import dev.mcpsession.gateway.kubernetes.KubernetesSessions;
import dev.mcpsession.gateway.route.MessageAuthentication;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.GrantAdvice;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.process.ApiServerLink;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that is known of users' sessions and of their ids, and is written of them. */
final class UserSessions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UserSessions.class);

  private final GatewayCache cache;
  private final KubernetesSessions sessions;
  private final KubernetesConnections connections;
  private final UseReporter activity;
  private final SessionKeys keys;

  /**
   * Reads nothing yet, but for the keys.
   *
   * @param namespaces empty: all
   * @param written called for each report of use that was stored
   * @param nanoTime monotonic, in nanoseconds
   * @throws IOException if a key cannot be read; the message names its file
   */
  UserSessions(
      ApiServerLink link,
      GatewayConfig config,
      Set<String> namespaces,
      Runnable written,
      InstantSource clock,
      LongSupplier nanoTime)
      throws IOException {
    KubernetesClient client = link.client();
    keys = keys(config.keysDirectory(), nanoTime);
    cache = new GatewayCache(client, namespaces);
    sessions =
        new KubernetesSessions(
            cache,
            client,
            new KubernetesSessions.Settings(
                config.limits().newSessionsPerSecond(),
                config.limits().newSessionsBurst(),
                SessionName::of,
                link.contact()::isSilent,
                GrantAdvice.of(config)),
            clock,
            nanoTime);
    connections =
        new KubernetesConnections(
            client, namespaces, cache, keys, link.contact()::isSilent, clock, nanoTime);
    activity = UseReporter.start(sessions.uses(), clock, written::run);
  }

  private static SessionKeys keys(Optional<Path> directory, LongSupplier nanoTime)
      throws IOException {
    if (directory.isPresent()) {
      return SessionKeys.in(directory.get(), nanoTime);
    }
    log.warn(
        "keysDirectory is not set, so this process made a key of its own: other replicas do not"
            + " know its session ids, and they end with it");
    return SessionKeys.generated(new SecureRandom());
  }

  /** Begins to fill the caches; returns at once. */
  void start() {
    cache.start();
    connections.start();
  }

  boolean isSynced() {
    return cache.isSynced() && connections.isSynced();
  }

  /** What was not read yet, each with the reason if it is known. */
  List<String> missing() {
    return Stream.concat(cache.missing().stream(), connections.missing().stream()).toList();
  }

  KubernetesSessions sessions() {
    return sessions;
  }

  Connections connections() {
    return connections.connections();
  }

  /** What the caches hold. */
  SessionView view() {
    return cache;
  }

  /** Ends the ids of a session that is about to end; never fails. */
  CompletionStage<Void> endConnections(SessionKey session) {
    return connections.endOfSession(session);
  }

  MessageAuthentication keys() {
    return keys;
  }

  UseReporter activity() {
    return activity;
  }

  /** Reports what is not reported yet, which takes up to 3 s. */
  @Override
  public void close() {
    activity.close();
    connections.close();
    cache.close();
  }
}
