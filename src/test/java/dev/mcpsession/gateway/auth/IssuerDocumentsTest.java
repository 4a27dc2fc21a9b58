package dev.mcpsession.gateway.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.mcpsession.issuer.Certificates;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class IssuerDocumentsTest {
  @RegisterExtension
  static final WireMockExtension WEB =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  private static final String OPENID = "/realms/staff/.well-known/openid-configuration";
  private static final String OAUTH = "/.well-known/oauth-authorization-server/realms/staff";
  private static final String KEYS = "/keys";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Map<String, Object> KEY = TestKey.ec("one").jwk();

  private final String issuer = WEB.baseUrl() + "/realms/staff";

  @Test
  void keysAreFoundByOpenIdDiscovery() throws Exception {
    serve(OPENID, metadata(issuer, WEB.url(KEYS)));
    serve(KEYS, TestToken.keySet(KEY));
    assertThat(ids(documents(issuer).fetch())).containsExactly("one");
  }

  @Test
  void keysAreFoundByOAuthDiscoveryIfThereIsNoOpenId() throws Exception {
    serve(OAUTH, metadata(issuer, WEB.url(KEYS)));
    serve(KEYS, TestToken.keySet(KEY));
    assertThat(ids(documents(issuer).fetch())).containsExactly("one");
  }

  @Test
  void aSlashAtTheEndOfAnIssuerIsNotDoubled() throws Exception {
    serve("/.well-known/openid-configuration", metadata(WEB.baseUrl() + "/", WEB.url(KEYS)));
    serve(KEYS, TestToken.keySet(KEY));
    assertThat(ids(documents(WEB.baseUrl() + "/").fetch())).containsExactly("one");
  }

  @Test
  void withAConfiguredUrlNothingIsDiscovered() throws Exception {
    serve(KEYS, TestToken.keySet(KEY));
    assertThat(ids(documents(issuer, WEB.url(KEYS), null, LIMIT).fetch())).containsExactly("one");
    WEB.verify(0, getRequestedFor(urlEqualTo(OPENID)));
    WEB.verify(
        getRequestedFor(urlEqualTo(KEYS))
            .withHeader("Accept", containing("application/json"))
            .withHeader("Accept", containing("application/jwk-set+json")));
  }

  @Test
  void metadataOfAnotherIssuerIsNotUsed() {
    serve(OPENID, metadata("https://evil.example", WEB.url(KEYS)));
    serve(OAUTH, metadata(issuer + "/", WEB.url(KEYS)));
    serve(KEYS, TestToken.keySet(KEY));
    assertThat(fault(documents(issuer)))
        .startsWith(WEB.url(OPENID) + " is of the issuer https://evil.example")
        .contains("write the issuer into the configuration just so");
    WEB.verify(0, getRequestedFor(urlEqualTo(KEYS)));
  }

  @Test
  void keysOverHttpAreNotUsedUnlessThatIsAllowed() {
    serve(OPENID, metadata(issuer, WEB.url(KEYS)));
    serve(KEYS, TestToken.keySet(KEY));
    assertThat(fault(new IssuerDocuments(settings(issuer, null, null), false, LIMIT)))
        .isEqualTo(WEB.url(OPENID) + " has no jwks_uri that is an https URL");
    WEB.verify(0, getRequestedFor(urlEqualTo(KEYS)));
  }

  @Test
  void aPlaceOfKeysThatIsNoUrlIsNotUsed() {
    for (String uri : List.of("file:///etc/keys", "/keys", "http://", "::", "jar:http://x!/")) {
      serve(OPENID, metadata(issuer, uri));
      assertThat(fault(documents(issuer))).contains("has no jwks_uri");
    }
  }

  @Test
  void noRedirectIsFollowed() {
    WEB.stubFor(get(urlEqualTo(OPENID)).willReturn(temporaryRedirect(WEB.url("/moved"))));
    serve("/moved", metadata(issuer, WEB.url(KEYS)));
    assertThat(fault(documents(issuer))).isEqualTo(WEB.url(OPENID) + " answered with 302");
  }

  @Test
  void whatIsNoKeySetOrHasNoUsableKeyIsAFault() {
    IssuerDocuments documents = documents(issuer, WEB.url(KEYS), null, LIMIT);
    assertThat(fault(documents)).isEqualTo(WEB.url(KEYS) + " answered with 404");
    serve(KEYS, "<html>secret</html>");
    assertThat(fault(documents)).isEqualTo(WEB.url(KEYS) + " is no JSON Web Key Set");
    serve(KEYS, TestToken.keySet());
    assertThat(fault(documents))
        .isEqualTo(WEB.url(KEYS) + " has no key that signatures can be verified with");
  }

  @Test
  void anAnswerThatIsTooLongOrBreaksOffIsAFault() {
    IssuerDocuments documents = documents(issuer, WEB.url(KEYS), null, LIMIT);
    serve(KEYS, " ".repeat(DocumentRequest.LONGEST) + TestToken.keySet(KEY));
    assertThat(fault(documents)).startsWith("no complete answer from " + WEB.url(KEYS));
    WEB.stubFor(
        get(urlEqualTo(KEYS)).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    assertThat(fault(documents)).startsWith("no complete answer from " + WEB.url(KEYS));
  }

  @Test
  void anIssuerThatDoesNotListenIsNamed() {
    String uri = "http://127.0.0.1:9/keys";
    assertThat(fault(documents(issuer, uri, null, LIMIT))).isEqualTo("no connection to " + uri);
  }

  @Test
  void anAnswerThatDoesNotEndIsGivenUp() {
    Duration limit = Duration.ofMillis(300);
    IssuerDocuments documents = documents(issuer, WEB.url(KEYS), null, limit);
    WEB.stubFor(
        get(urlEqualTo(KEYS))
            .willReturn(okJson(TestToken.keySet(KEY)).withChunkedDribbleDelay(20, 60_000)));
    long begin = System.nanoTime();
    assertThat(fault(documents)).isEqualTo(WEB.url(KEYS) + " did not answer within 0.3 s");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void anAuthorityIsTrustedWhoseFileIsConfigured(@TempDir Path folder) throws Exception {
    Certificates certificates = Certificates.madeIn(folder);
    Path caFile = Files.writeString(folder.resolve("ca.crt"), certificates.pem());
    WireMockServer server = certificates.startServer();
    try {
      server.stubFor(get(urlEqualTo(KEYS)).willReturn(okJson(TestToken.keySet(KEY))));
      String uri = "https://localhost:" + server.httpsPort() + KEYS;
      assertThat(ids(documents(issuer, uri, caFile, LIMIT).fetch())).containsExactly("one");
      assertThat(fault(documents(issuer, uri, null, LIMIT)))
          .startsWith("the certificate of " + uri + " is not trusted");
      String otherHost = "https://127.0.0.1:" + server.httpsPort() + KEYS;
      assertThat(fault(documents(issuer, otherHost, caFile, LIMIT)))
          .startsWith("the certificate of " + otherHost);
    } finally {
      server.stop();
    }
  }

  @Test
  void aCaFileThatCannotBeUsedIsNamed(@TempDir Path folder) throws Exception {
    Path missing = folder.resolve("missing.crt");
    Path broken = Files.writeString(folder.resolve("broken.crt"), "nonsense");
    assertThat(fault(documents(issuer, null, missing, LIMIT)))
        .isEqualTo("caFile " + missing + " cannot be read");
    assertThat(fault(documents(issuer, null, broken, LIMIT)))
        .isEqualTo("caFile " + broken + " holds no certificates in PEM");
  }

  private static void serve(String path, String body) {
    WEB.stubFor(get(urlEqualTo(path)).willReturn(okJson(body)));
  }

  private static String metadata(String issuer, String jwksUri) {
    return "{\"issuer\": \"%s\", \"jwks_uri\": \"%s\"}".formatted(issuer, jwksUri);
  }

  private static String fault(IssuerDocuments documents) {
    return catchThrowableOfType(IssuerFaultException.class, documents::fetch).what();
  }

  private static List<String> ids(IssuerKeySet keys) {
    return keys.keys().stream().map(key -> key.id().orElseThrow()).toList();
  }

  private static IssuerDocuments documents(String issuer) {
    return documents(issuer, null, null, LIMIT);
  }

  private static IssuerDocuments documents(
      String issuer, String jwksUri, Path caFile, Duration limit) {
    return new IssuerDocuments(settings(issuer, jwksUri, caFile), true, limit);
  }

  private static IssuerSettings settings(String issuer, String jwksUri, Path caFile) {
    return new IssuerSettings(
        issuer,
        List.of(),
        jwksUri == null ? null : URI.create(jwksUri),
        "sub",
        "groups",
        List.of(),
        caFile);
  }
}
