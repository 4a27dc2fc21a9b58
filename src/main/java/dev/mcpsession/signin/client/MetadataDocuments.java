package dev.mcpsession.signin.client;

import dev.mcpsession.config.GatewayConfig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Clients whose id is the URL of a document about them
 * (draft-ietf-oauth-client-id-metadata-document). Anybody can make the gateway fetch such a URL, so
 * only public addresses are connected to, and time, size, and what is fetched at a time are
 * bounded. A URL is fetched once for all who ask at the same time; what came of it, a failure too,
 * is kept.
 */
public final class MetadataDocuments implements AutoCloseable {
  /** From resolving the host's name to the end of the body. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Of clients, and of failures; a client is a few hundred bytes, at most 12 KiB. */
  private static final int ROOM = 1000;

  private static final int MOST_AT_A_TIME = 64;
  private static final int MOST_OF_ONE_DOMAIN = 8;

  /** Of a host: the first may be one that this Pod has no route to. */
  private static final int MOST_ADDRESSES = 4;

  private final GatewayConfig.Clients config;
  private final HostAddresses addresses;
  private final Duration limit;
  private final InstantSource clock;
  private final DocumentClient http;
  private final ExecutorService resolvers = resolvers();
  private final FetchSlots slots = new FetchSlots(MOST_AT_A_TIME, MOST_OF_ONE_DOMAIN);
  private final Lock lock = new ReentrantLock();
  private final DocumentCache cache = new DocumentCache(ROOM);
  private final Map<String, CompletableFuture<ClientLookup>> flights = new HashMap<>();

  /** Fetches nothing yet. */
  public MetadataDocuments(GatewayConfig.Clients config, Vertx vertx, InstantSource clock) {
    this(config, vertx, new HttpClientOptions(), InetAddress::getAllByName, LIMIT, clock);
  }

  MetadataDocuments(
      GatewayConfig.Clients config,
      Vertx vertx,
      HttpClientOptions options,
      HostAddresses addresses,
      Duration limit,
      InstantSource clock) {
    this.config = config;
    this.addresses = addresses;
    this.limit = limit;
    this.clock = clock;
    this.http = new DocumentClient(vertx, options, MOST_AT_A_TIME);
  }

  /**
   * The system's resolver blocks in native code, where virtual threads would hold up all others.
   */
  private static ExecutorService resolvers() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MOST_AT_A_TIME,
            MOST_AT_A_TIME,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("client-documents-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Looks a client up; blocks for a few seconds at most.
   *
   * @param clientId a URL
   */
  public ClientLookup find(String clientId) {
    Optional<DocumentUrl> url = DocumentUrl.parse(clientId, config.allowPrivateDocuments());
    return url.map(this::find)
        .orElseGet(
            () ->
                new ClientLookup.Unknown(
                    "The client's id is not the URL of a metadata document: an https URL with a"
                        + " path, without user information, fragment and dot segments. Whoever"
                        + " makes the client has to correct that."));
  }

  private ClientLookup find(DocumentUrl url) {
    Instant now = clock.instant();
    CompletableFuture<ClientLookup> flight;
    boolean isNew;
    lock.lock();
    try {
      Optional<ClientLookup> fresh = cache.fresh(url.text(), now);
      if (fresh.isPresent()) {
        return fresh.get();
      }
      CompletableFuture<ClientLookup> current = flights.get(url.text());
      isNew = current == null;
      if (current == null) {
        if (!slots.tryTake(url.domain())) {
          return cache
              .stale(url.text(), now)
              .orElseGet(
                  () ->
                      new ClientLookup.Unavailable(
                          "Too many clients are being looked up at the moment. Try again in a"
                              + " minute."));
        }
        current = new CompletableFuture<>();
        flights.put(url.text(), current);
      }
      flight = current;
    } finally {
      lock.unlock();
    }
    if (isNew) {
      begin(url, flight);
    }
    return await(flight, url);
  }

  private void begin(DocumentUrl url, CompletableFuture<ClientLookup> flight) {
    CompletableFuture<Void> deadline =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS);
    CompletableFuture<List<InetAddress>> resolved =
        CompletableFuture.supplyAsync(() -> resolve(url), resolvers);
    CompletableFuture<Void> landed =
        resolved
            .copy()
            .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
            .thenCompose(found -> http.get(url, found, deadline))
            .thenApplyAsync(answer -> judge(url, answer), resolvers)
            .exceptionally(fault -> failed(url, fault))
            .thenAccept(judged -> flight.complete(keep(url, judged)));
    // The resolver may take longer than anybody waits for it, and its thread is one of the bound.
    var unused =
        landed
            .thenCombine(resolved.handle((found, fault) -> true), (done, free) -> free)
            .thenRun(() -> slots.release(url.domain()));
  }

  /** Those that may be connected to. One message for all that is not, lest names be probed. */
  private List<InetAddress> resolve(DocumentUrl url) {
    InetAddress[] found;
    try {
      found = addresses.of(url.uri().getHost());
    } catch (UnknownHostException e) {
      found = new InetAddress[0];
    }
    boolean isAllowed =
        found.length > 0
            && (config.allowPrivateDocuments() || Stream.of(found).allMatch(PublicAddress::is));
    if (!isAllowed) {
      throw new CompletionException(
          new DocumentFault(
              url.shownHost()
                  + ", which says what this client is, has no public address. Whoever makes the"
                  + " client has to correct that.",
              /* isTemporary= */ false));
    }
    return Stream.of(found).limit(MOST_ADDRESSES).toList();
  }

  private record Judged(ClientLookup lookup, Duration life) {}

  private Judged judge(DocumentUrl url, DocumentAnswer answer) {
    ClientLookup lookup = answer.client(url, config.allowedRedirectHosts());
    return new Judged(
        lookup,
        lookup instanceof ClientLookup.Found
            ? answer.life(clock.instant())
            : DocumentAnswer.LEAST_LIFE);
  }

  private static Judged failed(DocumentUrl url, Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    return new Judged(
        cause instanceof DocumentFault known ? known.lookup() : late(url),
        DocumentAnswer.LEAST_LIFE);
  }

  private ClientLookup keep(DocumentUrl url, Judged judged) {
    lock.lock();
    try {
      flights.remove(url.text());
      return cache.put(url.text(), judged.lookup(), clock.instant(), judged.life());
    } finally {
      lock.unlock();
    }
  }

  private static ClientLookup late(DocumentUrl url) {
    return new ClientLookup.Unavailable(
        url.shownHost()
            + ", which says what this client is, did not answer in time. Try again in a minute.");
  }

  /** The flight has a time limit of its own; that here is for a gateway that stops meanwhile. */
  private ClientLookup await(CompletableFuture<ClientLookup> flight, DocumentUrl url) {
    try {
      return flight.get(limit.multipliedBy(3).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return late(url);
    } catch (ExecutionException | TimeoutException e) {
      return late(url);
    }
  }

  @Override
  public void close() {
    resolvers.shutdownNow();
    http.close();
  }
}
