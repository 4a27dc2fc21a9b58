package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.course.Place;
import dev.mcpsession.gateway.proxy.BackendAnswer;
import dev.mcpsession.gateway.proxy.Handshake;
import dev.mcpsession.gateway.proxy.ReadAnswer;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.Connections.Lookup;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Answers to requests that later backends have to be told as well: they are stored before the
 * client sees that they succeeded, since its next request may come to another replica.
 */
final class PreferenceAnswers {
  /** What takes longer is stored behind the answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final EventLoop loop;
  private final Connections connections;

  PreferenceAnswers(EventLoop loop, Connections connections) {
    this.loop = loop;
    this.connections = connections;
  }

  /** Whether the answer has to be understood before it is passed on. */
  static boolean concern(Exchange exchange, BackendAnswer answer) {
    return exchange.era() == Era.LEGACY
        && exchange.message().preference().isPresent()
        && answer.status() == 200;
  }

  /**
   * Reads the answer, and stores what the client asked for if it succeeded.
   *
   * @param id of the client
   * @param place that has answered
   * @param pass takes the answer then, read as far as the response
   */
  void read(
      Exchange exchange, String id, Place place, BackendAnswer answer, Consumer<Buffer> pass) {
    Preference preference = exchange.message().preference().orElseThrow();
    ReadAnswer.read(answer)
        .onSuccess(
            read -> {
              if (read.isResult()) {
                loop.then(
                    stored(exchange, id, place, preference),
                    done -> pass.accept(read.read()),
                    exchange::failed);
              } else {
                pass.accept(read.read());
              }
            })
        .onFailure(
            e ->
                exchange.refuse(
                    Refusal.backendFailed("The MCP server broke off within its answer.")));
  }

  private CompletionStage<?> stored(
      Exchange exchange, String id, Place place, Preference preference) {
    CompletableFuture<Optional<Connection>> stored =
        connections
            .find(id, exchange.resource(), exchange.user())
            .thenCompose(
                lookup ->
                    lookup instanceof Lookup.Found(var connection)
                        ? connections.remember(connection, preference)
                        : CompletableFuture.completedStage(Optional.<Connection>empty()))
            .toCompletableFuture();
    loop.then(
        stored,
        now ->
            now.filter(it -> place.isLeft(it.binding()))
                .filter(
                    it -> it.preferences().include(preference)) // nothing newer was stored with it
                .ifPresent(it -> tellNext(it, preference)),
        e -> {});
    return stored
        .copy()
        .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The connection was bound anew meanwhile, and what the new backend was told lacks this. */
  private void tellNext(Connection connection, Preference preference) {
    connection
        .binding()
        .endpoint()
        .ifPresent(
            endpoint ->
                new Handshake(loop.backends())
                    .tell(
                        endpoint,
                        connection.binding().backendSessionId(),
                        connection.protocolVersion(),
                        List.of(preference)));
  }
}
