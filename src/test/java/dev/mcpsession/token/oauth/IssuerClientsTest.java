package dev.mcpsession.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.issuer.Certificates;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerClientsTest {
  @TempDir static Path folder;

  private static String pem;

  @BeforeAll
  static void make() throws Exception {
    pem = Certificates.madeIn(folder).pem();
  }

  @Test
  void theSameAuthoritiesHaveOneClient() throws Exception {
    try (IssuerClients clients =
        new IssuerClients(IssuerProxies.none(), Duration.ofSeconds(1), 3)) {
      HttpClient publicOnes = clients.begin(null, Function.identity());
      HttpClient ours = clients.begin(pem, Function.identity());
      assertThat(clients.begin(null, Function.identity())).isSameAs(publicOnes);
      assertThat(clients.begin(pem + "", Function.identity())).isSameAs(ours);
      assertThat(ours).isNotSameAs(publicOnes);
    }
  }

  @Test
  void theOneThatWasNotUsedForLongestMakesRoomAndEnds() throws Exception {
    try (IssuerClients clients =
        new IssuerClients(IssuerProxies.none(), Duration.ofSeconds(1), 2)) {
      HttpClient first = clients.begin(pem, Function.identity());
      HttpClient second = clients.begin(pem + "\n", Function.identity());
      assertThat(clients.begin(pem, Function.identity())).isSameAs(first);
      HttpClient third = clients.begin(pem + "\n\n", Function.identity());
      assertThat(clients.size()).isEqualTo(2);
      assertThat(second.awaitTermination(Duration.ofSeconds(10))).isTrue();
      assertThat(first.isTerminated()).isFalse();
      assertThat(third.isTerminated()).isFalse();
    }
  }

  @Test
  void brokenAuthoritiesTakeNoRoom() throws Exception {
    try (IssuerClients clients =
        new IssuerClients(IssuerProxies.none(), Duration.ofSeconds(1), 1)) {
      HttpClient first = clients.begin(pem, Function.identity());
      assertThatExceptionOfType(CertificateException.class)
          .isThrownBy(() -> clients.begin("nonsense", Function.identity()));
      assertThat(clients.begin(pem, Function.identity())).isSameAs(first);
    }
  }

  @Test
  void closingEndsAll() throws Exception {
    IssuerClients clients = new IssuerClients(IssuerProxies.none(), Duration.ofSeconds(1), 2);
    HttpClient client = clients.begin(pem, Function.identity());
    clients.close();
    assertThat(client.awaitTermination(Duration.ofSeconds(10))).isTrue();
    assertThat(clients.size()).isZero();
  }
}
