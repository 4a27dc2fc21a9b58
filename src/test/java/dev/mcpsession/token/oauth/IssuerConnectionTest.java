package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.TokenFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class IssuerConnectionTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

  /** Shorter than what the stubs take, and those no longer than their server needs to stop. */
  private static final Duration SHORT = Duration.ofMillis(1500);

  /** For what ends by itself, also on a busy machine. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final String GRANTED = "{\"access_token\": \"new-access\"}";

  @RegisterExtension
  static final WireMockExtension WEB =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  private final RecordedCalls calls = new RecordedCalls();

  @Test
  void anAnswerThatComesTooLateIsGivenUp() {
    answer(okJson(GRANTED).withFixedDelay(6_000));
    assertThat(unavailable(WEB.baseUrl(), LONG, SHORT))
        .isEqualTo(
            "tokenEndpoint "
                + WEB.baseUrl()
                + "/login/token did not answer within 1500 ms; tried again");
  }

  @Test
  void aBodyThatDripsIsGivenUp() {
    answer(okJson(GRANTED + " ".repeat(200)).withChunkedDribbleDelay(200, 8_000));
    assertThat(unavailable(WEB.baseUrl(), LONG, SHORT)).contains("did not answer within 1500 ms");
  }

  @Test
  void whatIsGivenUpIsHungUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Integer> hungUp =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket socket = silent.accept()) {
                  InputStream in = socket.getInputStream();
                  return in.readAllBytes().length;
                } catch (IOException e) {
                  return -1; // reset, which is hung up as well
                }
              });
      assertThat(unavailable(url(silent), LONG, SHORT)).contains("did not answer within");
      assertThat(hungUp.get(10, TimeUnit.SECONDS)).isNotZero();
    }
  }

  @Test
  void anInterruptEndsTheCall() throws Exception {
    answer(okJson(GRANTED).withFixedDelay(6_000));
    Issuer issuer = Issuer.at(WEB.baseUrl());
    OAuthClient client = issuer.client();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch sending = new CountDownLatch(1);
    try (NimbusAuthorizationServer server = server(WEB.baseUrl(), LONG, LONG)) {
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      server.refresh(
                          issuer.refresh(),
                          client,
                          "old",
                          () -> {
                            sending.countDown();
                            return true;
                          });
                    } catch (TokenFailure | InterruptedException e) {
                      thrown.set(e);
                    }
                  });
      assertThat(sending.await(10, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      assertThat(calls.all()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"65536, true", "65537, false", "5000000, false"})
  void anAnswerMayHaveSixtyFourKibibytes(int length, boolean passes) throws Exception {
    answer(okJson(GRANTED + " ".repeat(length - GRANTED.length())));
    if (passes) {
      assertThat(call(WEB.baseUrl(), LONG, LONG).accessToken()).isEqualTo("new-access");
    } else {
      assertThat(unavailable(WEB.baseUrl(), LONG, LONG))
          .contains("broke off or is longer than 64 KiB");
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aBrokenConnectionIsUnavailable(Fault fault) {
    answer(aResponse().withFault(fault));
    assertThat(unavailable(WEB.baseUrl(), LONG, LONG))
        .contains(
            fault == Fault.MALFORMED_RESPONSE_CHUNK
                ? "broke off"
                : "closed the connection without an answer");
  }

  @Test
  void aRefusedConnectionIsUnavailable() throws Exception {
    String url;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = url(closed);
    }
    assertThat(unavailable(url, LONG, LONG)).contains("refused the connection");
  }

  @Test
  void anUnknownHostIsUnavailable() {
    assertThat(unavailable("http://nowhere.invalid", LONG, LONG)).contains("is not known");
  }

  @Test
  void aConnectionThatIsNotAcceptedIsGivenUpEarly() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // The kernel drops further requests once its queue is full.
      await().atMost(Duration.ofSeconds(20)).until(() -> !connects(full.getLocalPort(), waiting));
      assertThat(unavailable(url(full), SHORT, LONG)).contains("no connection", "within 1500 ms");
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void aServerThatSpeaksSomethingElseIsUnavailable() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> greeting =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = other.accept()) {
                  socket
                      .getOutputStream()
                      .write("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(unavailable(url(other), LONG, LONG)).contains("tried again");
      greeting.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aSlowIntrospectionTakesNoLongerThanACall() throws Exception {
    answer(okJson("{\"access_token\": \"a\", \"refresh_token\": \"r\"}"));
    WEB.stubFor(
        post(urlPathEqualTo("/login/introspect")).willReturn(okJson("{}").withFixedDelay(8_000)));
    Issuer issuer = Issuer.at(WEB.baseUrl()).introspecting();
    try (NimbusAuthorizationServer server = server(WEB.baseUrl(), LONG, Duration.ofSeconds(4))) {
      long began = System.nanoTime();
      IssuedTokens issued =
          server.withExpiry(
              issuer.refresh(),
              issuer.client(),
              server.refresh(issuer.refresh(), issuer.client(), "old", () -> true));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
      assertThat(issued.refreshToken()).isEqualTo("r");
      assertThat(calls.all()).containsExactly("token success", "introspection unavailable");
    }
  }

  @Test
  void closingGivesUpWhatIsUnderWay() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Issuer issuer = Issuer.at(url(silent));
      OAuthClient client = issuer.client();
      NimbusAuthorizationServer server = server(url(silent), LONG, LONG);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      server.clientCredentials(issuer.clientCredentials(), client);
                    } catch (TokenFailure | InterruptedException e) {
                      thrown.set(e);
                    }
                  });
      try (Socket socket = silent.accept()) {
        server.close();
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
        assertThat(thrown.get()).isInstanceOf(TokenFailure.class).hasNoCause();
      }
    }
  }

  private static boolean connects(int port, List<Socket> waiting) {
    Socket socket = new Socket();
    waiting.add(socket);
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 300);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The message; that nothing is final and nothing was repeated goes for all of them. */
  private String unavailable(String url, Duration connect, Duration whole) {
    long began = System.nanoTime();
    TokenFailure failure =
        catchThrowableOfType(TokenFailure.class, () -> call(url, connect, whole));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.UNAVAILABLE);
    assertThat(failure).hasNoCause();
    assertThat(failure.getMessage()).contains("tokenEndpoint " + url + "/login/token");
    assertThat(calls.all()).containsExactly("token unavailable");
    assertThat(WEB.getAllServeEvents()).hasSizeLessThanOrEqualTo(1);
    return failure.getMessage();
  }

  private IssuedTokens call(String url, Duration connect, Duration whole)
      throws TokenFailure, InterruptedException {
    Issuer issuer = Issuer.at(url);
    try (NimbusAuthorizationServer server = server(url, connect, whole)) {
      return server.refresh(issuer.refresh(), issuer.client(), "old", () -> true);
    }
  }

  private NimbusAuthorizationServer server(String url, Duration connect, Duration whole) {
    return new NimbusAuthorizationServer(
        new AllowedEndpoints(List.of(EndpointUrl.parse(url)), true),
        IssuerProxies.none(),
        InstantSource.fixed(NOW),
        calls,
        connect,
        whole);
  }

  private static void answer(ResponseDefinitionBuilder response) {
    WEB.stubFor(post(urlPathEqualTo("/login/token")).willReturn(response));
  }

  private static String url(ServerSocket socket) {
    return "http://localhost:" + socket.getLocalPort();
  }
}
