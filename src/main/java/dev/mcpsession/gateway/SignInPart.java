package dev.mcpsession.gateway;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.gateway.site.Site;
import dev.mcpsession.process.ApiServerLink;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** What lets users sign in at the gateway itself, if its configuration says so. */
public interface SignInPart extends AutoCloseable {
  /** Makes it; the composition root knows how. */
  @FunctionalInterface
  interface Factory {
    /**
     * Starts nothing yet.
     *
     * @throws IOException if a file of the configuration cannot be read
     */
    SignInPart create(Surroundings with) throws IOException;
  }

  /**
   * What it stands in.
   *
   * @param config which has {@code signIn}
   * @param sessions the caches of sessions and templates
   * @param uses of sessions, from memory
   * @param endConnections ends a session's connections
   * @param metadata whose resources tokens are for
   * @param external accepts tokens of other issuers; empty: there are none
   * @param nanoTime monotonic, in nanoseconds
   */
  record Surroundings(
      GatewayConfig config,
      ApiServerLink link,
      SessionView sessions,
      Function<SessionKey, Optional<SessionUse>> uses,
      Function<SessionKey, CompletionStage<Void>> endConnections,
      ResourceMetadata metadata,
      Optional<Authenticator> external,
      MeterRegistry meters,
      Vertx vertx,
      InstantSource clock,
      LongSupplier nanoTime) {}

  /** Its endpoints and pages. */
  Site site();

  /** Accepts its tokens, and those of other issuers. */
  Authenticator authenticator();

  /** Begins to read what is stored; returns at once. */
  void start();

  /** Whether all that there was at the start has been read. */
  boolean isSynced();

  /** What was not read yet, each with the reason if it is known; for people. */
  List<String> missing();

  /** Stops watching. */
  @Override
  void close();
}
