package dev.mcpsession.signin.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://app.example/client.json, app.example, 443, app.example",
    "https://APP.example:443/a/b?v=1, app.example, 443, app.example",
    "https://a.b.app.example:8443/c, a.b.app.example:8443, 8443, app.example",
    "https://app/c, app, 443, app",
    "https://1.2.3.4/c, 1.2.3.4, 443, 3.4"
  })
  void takesUrlsOfMetadataDocuments(String id, String shown, int port, String domain) {
    assertThat(DocumentUrl.isMeant(id)).isTrue();
    assertThat(DocumentUrl.parse(id, false))
        .hasValueSatisfying(
            url -> {
              assertThat(url.text()).isEqualTo(id);
              assertThat(url.shownHost()).isEqualTo(shown);
              assertThat(url.port()).isEqualTo(port);
              assertThat(url.domain()).isEqualTo(domain);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https:",
        "https://",
        "https://app.example",
        "https://app.example/",
        "https://app.example?x",
        "http://app.example/client.json",
        "https://app.example/client.json#x",
        "https://user@app.example/client.json",
        "https://user:password@app.example/client.json",
        "https://app.example/../client.json",
        "https://app.example/a/./client.json",
        "https://app.example/a/%2e%2e/client.json",
        "https://app.example//client.json",
        "https://app.example\\client.json",
        "https://app.example/client.json ",
        "https://app.example/client\r\nx: y",
        "https://app.example./client.json",
        "https://app.example:0/client.json",
        "https://app.example:65536/client.json",
        "https://[::1]/client.json",
        "https://bücher.example/client.json"
      })
  void refusesOthers(String id) {
    assertThat(DocumentUrl.parse(id, false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"httpsx://app.example/c", "app.example/c", "", "ftp://x/y", "AbC.dEf"})
  void doesNotTakeOtherIdsForUrls(String id) {
    assertThat(DocumentUrl.isMeant(id)).isFalse();
    assertThat(DocumentUrl.parse(id, true)).isEmpty();
  }
}
