package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.issuer.Certificates;
import dev.mcpsession.token.TokenFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorization servers are reached through the proxy that the environment names. */
class IssuerProxyTest {
  private static final String CREDENTIALS = "Basic bWU6cEBzczp3MHJk"; // me:p@ss:w0rd

  @TempDir static Path folder;

  private static Certificates certificates;
  private static WireMockServer web;

  private final RecordedCalls calls = new RecordedCalls();

  @BeforeAll
  static void start() throws Exception {
    certificates = Certificates.madeIn(folder);
    web = certificates.startServer();
  }

  @AfterAll
  static void stop() {
    web.stop();
  }

  @BeforeEach
  void forget() {
    web.resetRequests();
  }

  @Test
  void anHttpsIssuerIsReachedThroughATunnel() throws Exception {
    try (RunningProxy proxy = new RunningProxy(web.httpsPort(), null)) {
      assertThat(refresh("https://git.example", proxy, "")).isEqualTo("new-access");
      assertThat(proxy.heads()).hasSize(1);
      assertThat(proxy.heads().getFirst())
          .startsWith("CONNECT git.example:443 ")
          .doesNotContain("Authorization");
    }
  }

  @Test
  void thePasswordIsSentToTheProxyAndNotToTheIssuer() throws Exception {
    try (RunningProxy proxy = new RunningProxy(web.httpsPort(), CREDENTIALS)) {
      assertThat(refresh("https://git.example:8443", proxy, "me:p%40ss:w0rd@"))
          .isEqualTo("new-access");
      assertThat(proxy.heads()).hasSize(1);
      assertThat(proxy.heads().getFirst())
          .startsWith("CONNECT git.example:8443 ")
          .contains("Proxy-Authorization: " + CREDENTIALS);
      assertThat(web.getAllServeEvents()).hasSize(1);
      assertThat(web.getAllServeEvents().getFirst().getRequest().getHeaders().keys())
          .contains("Authorization")
          .doesNotContain("Proxy-Authorization");
    }
  }

  @Test
  void anHttpIssuerIsReachedThroughTheProxyToo() throws Exception {
    try (RunningProxy proxy = new RunningProxy(web.port(), CREDENTIALS)) {
      assertThat(refresh("http://git.example", proxy, "me:p%40ss:w0rd@")).isEqualTo("new-access");
      assertThat(proxy.heads().getFirst()).startsWith("POST http://git.example/login/token");
    }
  }

  @Test
  void whatNoProxyNamesIsReachedDirectly() throws Exception {
    try (RunningProxy proxy = new RunningProxy(web.httpsPort(), null)) {
      assertThat(refresh("https://localhost:" + web.httpsPort(), proxy, ""))
          .isEqualTo("new-access");
      TokenFailure failure = fails("https://git.example", proxy, "", "git.example");
      assertThat(failure.getMessage()).doesNotContain("proxy");
      assertThat(proxy.heads()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://git.example", "http://git.example"})
  void wrongCredentialsAreAFaultOfTheConfiguration(String url) throws Exception {
    try (RunningProxy proxy = new RunningProxy(web.port(), CREDENTIALS)) {
      TokenFailure failure = fails(url, proxy, "me:wr0ng@", "");
      assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
      assertThat(failure.getMessage())
          .contains(
              "(through proxy 127.0.0.1:" + proxy.port() + ")",
              "407",
              "correct user and password in HTTPS_PROXY")
          .doesNotContain("wr0ng");
      assertThat(calls.all()).containsExactly("token misconfigured");
      assertThat(web.getAllServeEvents()).isEmpty();
    }
  }

  @Test
  void aProxyThatIsAwayIsNamed() throws Exception {
    RunningProxy proxy = new RunningProxy(web.httpsPort(), null);
    proxy.close();
    TokenFailure failure = fails("https://git.example", proxy, "me:s3cr3t@", "");
    assertThat(failure.getMessage())
        .contains("(through proxy 127.0.0.1:" + proxy.port() + ") refused the connection")
        .doesNotContain("s3cr3t");
    assertThat(calls.all()).containsExactly("token unavailable");
  }

  private TokenFailure fails(String url, RunningProxy proxy, String user, String noProxy) {
    TokenFailure failure =
        catchThrowableOfType(TokenFailure.class, () -> refresh(url, proxy, user, noProxy));
    assertThat(failure).hasNoCause();
    return failure;
  }

  private String refresh(String url, RunningProxy proxy, String user) throws Exception {
    return refresh(url, proxy, user, "");
  }

  private String refresh(String url, RunningProxy proxy, String user, String noProxy)
      throws TokenFailure, InterruptedException {
    String address = "http://" + user + "127.0.0.1:" + proxy.port();
    List<String> problems = new ArrayList<>();
    IssuerProxies proxies =
        IssuerProxies.of(
            Map.of("HTTPS_PROXY", address, "http_proxy", address, "NO_PROXY", noProxy), problems);
    assertThat(problems).isEmpty();
    return Issuer.at(url).trusting(certificates.pem()).refreshOnce(proxies, calls).accessToken();
  }
}
