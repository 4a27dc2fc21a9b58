package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.issuer.Certificates;
import dev.mcpsession.token.TokenFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerTlsTest {
  @TempDir static Path folder;

  private static Certificates certificates;
  private static Certificates others;
  private static WireMockServer web;

  private final RecordedCalls calls = new RecordedCalls();

  @BeforeAll
  static void start() throws Exception {
    certificates = Certificates.madeIn(folder);
    others = Certificates.madeIn(Files.createDirectory(folder.resolve("others")));
    web = certificates.startServer();
  }

  @AfterAll
  static void stop() {
    web.stop();
  }

  @Test
  void anAuthorityOfASecretIsTrusted() throws Exception {
    assertThat(call(issuer("localhost").trusting(certificates.pem())).accessToken())
        .isEqualTo("new-access");
    assertThat(
            call(issuer("localhost")
                    .trusting("# ours\n" + others.pem() + "\r\n# theirs\n" + certificates.pem()))
                .accessToken())
        .isEqualTo("new-access");
  }

  @Test
  void anUnknownAuthorityIsNotTrusted() {
    assertThat(misconfigured(issuer("localhost")))
        .contains("is not trusted", "name that in caSecretName");
    assertThat(misconfigured(issuer("localhost").trusting(others.pem())))
        .contains("is not trusted", "Secret " + Issuer.CA_SECRET);
    assertThat(web.getAllServeEvents()).isEmpty();
  }

  @Test
  void aCertificateOfAnotherHostIsNotTrusted() {
    assertThat(misconfigured(issuer("127.0.0.1").trusting(certificates.pem())))
        .contains("is another host's");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB",
        "-----BEGIN PRIVATE KEY-----\nczNjcjN0\n-----END PRIVATE KEY-----\n"
      })
  void brokenAuthoritiesAreSaidWithoutRepeatingThem(String pem) {
    assertThat(misconfigured(issuer("localhost").trusting(pem)))
        .contains("key ca.crt of Secret " + Issuer.CA_SECRET)
        .doesNotContain("nonsense", "czNjcjN0", "s3cr3t");
  }

  @Test
  void aServerWithoutTlsIsUnavailable() {
    Issuer plain = Issuer.at("https://localhost:" + web.port());
    TokenFailure failure = catchThrowableOfType(TokenFailure.class, () -> call(plain));
    assertThat(failure.getMessage()).contains("no TLS connection");
    assertThat(failure).hasNoCause();
    assertThat(calls.all()).containsExactly("token unavailable");
  }

  private String misconfigured(Issuer issuer) {
    TokenFailure failure = catchThrowableOfType(TokenFailure.class, () -> call(issuer));
    assertThat(failure.kind()).isEqualTo(TokenFailure.Kind.FAILED);
    assertThat(failure).hasNoCause();
    assertThat(calls.all()).endsWith("token misconfigured");
    return failure.getMessage();
  }

  private static Issuer issuer(String host) {
    return Issuer.at("https://" + host + ":" + web.httpsPort());
  }

  private IssuedTokens call(Issuer issuer) throws TokenFailure, InterruptedException {
    web.resetRequests();
    return issuer.refreshOnce(IssuerProxies.none(), calls);
  }
}
