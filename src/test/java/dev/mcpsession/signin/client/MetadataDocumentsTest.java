package dev.mcpsession.signin.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.issuer.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataDocumentsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private static Vertx vertx;

  private final VirtualTime time = new VirtualTime();
  private final List<MetadataDocuments> opened = new ArrayList<>();
  private final ExecutorService users = Executors.newVirtualThreadPerTaskExecutor();
  private DocumentHost host;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeAll() {
    vertx.close().await();
  }

  @BeforeEach
  void serve() throws IOException {
    host = DocumentHost.http();
  }

  @AfterEach
  void close() {
    host.close();
    users.shutdownNow();
    opened.forEach(MetadataDocuments::close);
  }

  @Test
  void findsAClientByTheUrlOfItsDocument() {
    String url = host.url("http", "client.example", "/a/client.json?v=1");
    assertThat(documents().find(url))
        .isInstanceOfSatisfying(
            ClientLookup.Found.class,
            found -> {
              assertThat(found.client().id()).isEqualTo(url);
              assertThat(found.client().name()).isEqualTo("Editor");
              assertThat(found.client().documentHost()).hasValue("client.example:" + host.port());
              assertThat(found.client().redirectUris()).containsExactly("http://127.0.0.1/cb");
            });
    assertThat(host.seen()).containsExactly("client.example:" + host.port() + "/a/client.json?v=1");
  }

  @Test
  void connectsToTheAddressThatWasCheckedWhateverTheNameBecomes() {
    AtomicInteger asked = new AtomicInteger();
    // Port of the host, but nobody there: whoever asks again does not come to it.
    HostAddresses rebinding =
        name ->
            new InetAddress[] {
              InetAddress.ofLiteral(asked.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.99")
            };
    assertThat(documents(true, rebinding, LONG).find(url("/client.json")))
        .isInstanceOf(ClientLookup.Found.class);
    assertThat(asked).hasValue(1);
  }

  @Test
  void triesTheNextAddressIfOneTakesNoConnection() {
    HostAddresses two =
        name ->
            new InetAddress[] {
              InetAddress.ofLiteral("127.0.0.99"), InetAddress.ofLiteral("127.0.0.1")
            };
    assertThat(documents(true, two, LONG).find(url("/client.json")))
        .isInstanceOf(ClientLookup.Found.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "fd00:ec2::254", "1.1.1.1,::1"})
  void connectsToNoAddressThatIsNotPublic(String addresses) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      HostAddresses found =
          name ->
              Stream.of(addresses.split(",", -1))
                  .map(InetAddress::ofLiteral)
                  .toArray(InetAddress[]::new);
      ClientLookup answer =
          documents(false, found, SHORT)
              .find("https://client.example:" + socket.getLocalPort() + "/client.json");
      assertThat(answer)
          .isInstanceOfSatisfying(
              ClientLookup.Unknown.class,
              unknown -> assertThat(unknown.message()).contains("has no public address"));
      socket.setSoTimeout(1);
      assertThat(connected(socket)).isFalse();
    }
  }

  private static boolean connected(ServerSocket socket) throws IOException {
    try (var connection = socket.accept()) {
      return connection.isConnected();
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "2130706433", "0x7f.0.0.1", "127.1", "localhost"})
  void noSpellingOfALoopbackAddressIsPublic(String name) {
    assertThat(
            documents(false, InetAddress::getAllByName, LONG)
                .find("https://" + name + ":" + host.port() + "/client.json"))
        .isInstanceOf(ClientLookup.Unknown.class);
    assertThat(host.seen()).isEmpty();
  }

  @Test
  void aNameThatIsNotThereIsToldFromAPrivateOneByNobody() {
    HostAddresses none =
        name -> {
          throw new UnknownHostException(name);
        };
    HostAddresses hidden = name -> new InetAddress[] {InetAddress.ofLiteral("10.0.0.1")};
    String url = "https://db.internal.example/client.json";
    assertThat(documents(false, none, LONG).find(url))
        .isEqualTo(documents(false, hidden, LONG).find(url));
  }

  @Test
  void takesHttpOnlyWherePrivateDocumentsAreAllowed() {
    assertThat(
            documents(false, InetAddress::getAllByName, LONG)
                .find(host.url("http", "localhost", "/client.json")))
        .isInstanceOf(ClientLookup.Unknown.class);
    assertThat(host.seen()).isEmpty();
  }

  @Test
  void followsNoRedirect() {
    host.behaves(
        exchange -> {
          exchange.getResponseHeaders().set("Location", url("/other.json"));
          host.send(exchange, 302, host.document(exchange));
        });
    assertThat(documents().find(url("/client.json")))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown -> assertThat(unknown.message()).contains("a redirect (302)"));
    assertThat(host.seen()).hasSize(1);
  }

  @Test
  void readsNoMoreThan64KibOfAGigabyte() {
    host.behaves(host::sendGigabyte);
    assertThat(documents().find(url("/client.json")))
        .isInstanceOfSatisfying(
            ClientLookup.Unknown.class,
            unknown -> assertThat(unknown.message()).contains("more than 64 KiB"));
    // What both sockets buffer was sent, and then the connection was closed.
    assertThat(host.sent()).isLessThan(64L << 20);
  }

  @Test
  void takes64Kib() {
    host.behaves(
        exchange -> {
          String document = host.document(exchange);
          host.send(exchange, 200, document + " ".repeat(64 * 1024 - document.length()));
        });
    assertThat(documents().find(url("/client.json"))).isInstanceOf(ClientLookup.Found.class);
  }

  @Test
  void doesNotWaitForAHostThatIsSilent() {
    host.behaves(exchange -> host.hang());
    assertThat(documents(true, loopback(), SHORT).find(url("/client.json")))
        .isInstanceOfSatisfying(
            ClientLookup.Unavailable.class,
            away -> assertThat(away.message()).contains("did not answer in time"));
  }

  @Test
  void doesNotWaitForABodyThatDoesNotEnd() {
    host.behaves(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          host.hang();
        });
    assertThat(documents(true, loopback(), SHORT).find(url("/client.json")))
        .isInstanceOf(ClientLookup.Unavailable.class);
  }

  @Test
  void doesNotWaitForAResolverThatIsSilent() {
    HostAddresses silent =
        name -> {
          host.hang();
          return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
    assertThat(documents(true, silent, SHORT).find(url("/client.json")))
        .isInstanceOf(ClientLookup.Unavailable.class);
    assertThat(host.seen()).isEmpty();
  }

  @Test
  void aHostThatTakesNoConnectionIsAway() {
    String url = url("/client.json");
    host.close();
    assertThat(documents().find(url)).isInstanceOf(ClientLookup.Unavailable.class);
  }

  @Test
  void fetchesOnceForAllWhoAskAtTheSameTime() throws Exception {
    CountDownLatch all = new CountDownLatch(20);
    host.behaves(
        exchange -> {
          host.hang();
          host.send(exchange, 200, host.document(exchange));
        });
    MetadataDocuments documents = documents();
    List<Future<ClientLookup>> answers =
        IntStream.range(0, 20)
            .mapToObj(
                n ->
                    users.submit(
                        () -> {
                          all.countDown();
                          return documents.find(url("/client.json"));
                        }))
            .toList();
    all.await();
    await().until(() -> !host.seen().isEmpty());
    host.release();
    for (Future<ClientLookup> answer : answers) {
      assertThat(answer.get()).isInstanceOf(ClientLookup.Found.class);
    }
    assertThat(host.seen()).hasSize(1);
  }

  @Test
  void keepsAClientForAsLongAsItsDocumentSays() {
    host.behaves(
        exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", "max-age=600");
          host.send(exchange, 200, host.document(exchange));
        });
    MetadataDocuments documents = documents();
    documents.find(url("/client.json"));
    time.pass(Duration.ofSeconds(599));
    documents.find(url("/client.json"));
    assertThat(host.seen()).hasSize(1);
    time.pass(Duration.ofSeconds(2));
    assertThat(documents.find(url("/client.json"))).isInstanceOf(ClientLookup.Found.class);
    assertThat(host.seen()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 503})
  void keepsAFailureForAMinute(int status) {
    host.behaves(exchange -> host.send(exchange, status, ""));
    MetadataDocuments documents = documents();
    ClientLookup failure = documents.find(url("/client.json"));
    time.pass(Duration.ofSeconds(59));
    assertThat(documents.find(url("/client.json"))).isEqualTo(failure);
    assertThat(host.seen()).hasSize(1);
    time.pass(Duration.ofSeconds(2));
    host.behaves(exchange -> host.send(exchange, 200, host.document(exchange)));
    assertThat(documents.find(url("/client.json"))).isInstanceOf(ClientLookup.Found.class);
  }

  @Test
  void aClientIsFoundForADayWhileItsHostIsAway() {
    MetadataDocuments documents = documents();
    ClientLookup found = documents.find(url("/client.json"));
    host.behaves(exchange -> host.send(exchange, 503, ""));
    for (int hour = 0; hour < 23; hour++) {
      time.pass(Duration.ofHours(1));
      assertThat(documents.find(url("/client.json"))).isEqualTo(found);
    }
    assertThat(host.seen()).hasSize(24);
    time.pass(Duration.ofHours(1));
    assertThat(documents.find(url("/client.json"))).isInstanceOf(ClientLookup.Unavailable.class);
  }

  @Test
  void aClientWhoseDocumentIsGoneIsUnknown() {
    MetadataDocuments documents = documents();
    documents.find(url("/client.json"));
    host.behaves(exchange -> host.send(exchange, 404, ""));
    time.pass(Duration.ofMinutes(2));
    assertThat(documents.find(url("/client.json"))).isInstanceOf(ClientLookup.Unknown.class);
    host.behaves(exchange -> host.send(exchange, 503, ""));
    time.pass(Duration.ofMinutes(2));
    assertThat(documents.find(url("/client.json")))
        .as("not the one that was there before")
        .isInstanceOf(ClientLookup.Unavailable.class);
  }

  @Test
  void slowHostsTakeNobodyElsesTurn() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HostAddresses slow =
        name -> {
          if (name.endsWith(".slow.example")) {
            asked.incrementAndGet();
            host.hang();
          }
          return loopback().of(name);
        };
    MetadataDocuments documents = documents(true, slow, LONG);
    for (int n = 0; n < 8; n++) {
      String url = host.url("http", n + ".a.slow.example", "/client.json");
      var unused = users.submit(() -> documents.find(url));
    }
    await().until(() -> asked.get() == 8);
    String ninth = host.url("http", "9.b.slow.example", "/client.json");
    assertThat(documents.find(ninth))
        .isInstanceOfSatisfying(
            ClientLookup.Unavailable.class,
            busy -> assertThat(busy.message()).contains("Too many clients"));
    assertThat(documents.find(url("/client.json"))).isInstanceOf(ClientLookup.Found.class);
    host.release();
    await()
        .untilAsserted(
            () -> assertThat(documents.find(ninth)).isInstanceOf(ClientLookup.Found.class));
  }

  @Test
  void aClientThatIsKnownIsFoundWhileTooManyAreLookedUp() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HostAddresses slow =
        name -> {
          if (name.endsWith(".test")) {
            asked.incrementAndGet();
            host.hang();
          }
          return loopback().of(name);
        };
    MetadataDocuments documents = documents(true, slow, LONG);
    ClientLookup known = documents.find(url("/client.json"));
    for (int n = 0; n < 64; n++) {
      String url = host.url("http", n + ".slow" + n / 8 + ".test", "/client.json");
      var unused = users.submit(() -> documents.find(url));
    }
    await().until(() -> asked.get() == 64);
    time.pass(Duration.ofMinutes(2));
    assertThat(documents.find(url("/client.json"))).as("not fresh any more").isEqualTo(known);
    assertThat(documents.find(host.url("http", "another.example", "/client.json")))
        .isInstanceOf(ClientLookup.Unavailable.class);
    assertThat(host.seen()).hasSize(1);
  }

  @Test
  void manyBadUrlsDriveNoClientOut() {
    MetadataDocuments documents = documents();
    host.behaves(
        exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", "max-age=600");
          boolean isGood = exchange.getRequestURI().getPath().equals("/client.json");
          host.send(exchange, isGood ? 200 : 404, host.document(exchange));
        });
    documents.find(url("/client.json"));
    for (int n = 0; n < 1100; n++) {
      documents.find(url("/bad/" + n));
    }
    assertThat(documents.find(url("/client.json"))).isInstanceOf(ClientLookup.Found.class);
    assertThat(host.seen()).hasSize(1101);
  }

  @Test
  void theCertificateIsOfTheNameAndNotOfTheAddress(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.madeIn(folder);
    try (DocumentHost secure = DocumentHost.https(certificates)) {
      HttpClientOptions trusting =
          new HttpClientOptions()
              .setTrustOptions(
                  new PemTrustOptions().addCertValue(Buffer.buffer(certificates.pem())));
      MetadataDocuments documents = documents(true, trusting, loopback(), LONG);
      assertThat(documents.find(secure.url("https", "git.example", "/client.json")))
          .isInstanceOf(ClientLookup.Found.class);
      assertThat(documents.find(secure.url("https", "client.example", "/client.json")))
          .isInstanceOfSatisfying(
              ClientLookup.Unavailable.class,
              away -> assertThat(away.message()).contains("its certificate is not trusted"));
      assertThat(documents().find(secure.url("https", "git.example", "/client.json")))
          .as("with the authorities that Java trusts")
          .isInstanceOf(ClientLookup.Unavailable.class);
      assertThat(secure.seen()).hasSize(1);
    }
  }

  private String url(String path) {
    return host.url("http", "client.example", path);
  }

  private static HostAddresses loopback() {
    return name -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
  }

  private MetadataDocuments documents() {
    return documents(true, loopback(), LONG);
  }

  private MetadataDocuments documents(boolean isPrivate, HostAddresses addresses, Duration limit) {
    return documents(isPrivate, new HttpClientOptions(), addresses, limit);
  }

  private MetadataDocuments documents(
      boolean isPrivate, HttpClientOptions options, HostAddresses addresses, Duration limit) {
    MetadataDocuments documents =
        new MetadataDocuments(
            new GatewayConfig.Clients(true, true, List.of(), isPrivate),
            vertx,
            options,
            addresses,
            limit,
            time);
    opened.add(documents);
    return documents;
  }
}
