package dev.mcpsession.signin.provider;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.GatewayConfig.Clients;
import dev.mcpsession.config.GatewayConfig.IdentityProvider;
import dev.mcpsession.config.GatewayConfig.SignIn;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.signin.provider.Provider.Arrival;
import dev.mcpsession.signin.provider.Provider.Departure;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.oauth.CodeFlowClient;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A provider whose answers the test says. */
abstract class ProviderFixture {
  static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  static final String CODE = "c0de-of-the-browser";
  static final String VERIFIER = "v3rifier-v3rifier-v3rifier-v3rifier-v3rifier-v3rifier";
  static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  static final String NONCE = "n0nce-of-the-browser";

  /** Long enough for any answer that comes, and short enough to wait for one that does not. */
  static final Duration LIMIT = Duration.ofSeconds(3);

  @RegisterExtension
  static final WireMockExtension WEB =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  CodeFlowClient server;

  @BeforeEach
  void open() {
    server =
        new CodeFlowClient(IssuerProxies.none(), InstantSource.fixed(NOW), (e, o, d) -> {}, LIMIT);
    WEB.stubFor(any(anyUrl()).atPriority(9).willReturn(aResponse().withStatus(418)));
  }

  @AfterEach
  void close() {
    server.close();
  }

  ConfiguredProviders providers(
      Optional<IdentityProvider> identityProvider, SourceSecret.Lookup secrets) {
    return new ConfiguredProviders(
        new SignIn(
            URI.create("https://mcp.example"),
            Optional.empty(),
            "keys",
            identityProvider,
            List.of(EndpointUrl.parse(WEB.baseUrl() + "/login")),
            Duration.ofMinutes(10),
            Duration.ofDays(14),
            Duration.ofDays(90),
            new Clients(true, true, List.of(), false)),
        true,
        secrets,
        InstantSource.fixed(NOW),
        server);
  }

  static void answer(String path, ResponseDefinitionBuilder response) {
    WEB.stubFor(any(urlPathEqualTo(path)).willReturn(response));
  }

  static Departure departure(boolean freshLogin) {
    return new Departure("st4te", CHALLENGE, NONCE, freshLogin);
  }

  static Arrival arrival(String issuer) {
    return new Arrival(CODE, Optional.ofNullable(issuer), VERIFIER, NONCE);
  }

  static String host() {
    return EndpointUrl.parse(WEB.baseUrl()).hostAndPort();
  }

  /** What a provider throws names its host and repeats nothing that is secret. */
  static ProviderException failure(ThrowingCallable call) {
    ProviderException failure = catchThrowableOfType(ProviderException.class, call);
    assertThat(failure).isNotNull().hasNoCause();
    assertThat(failure.getMessage())
        .contains(host())
        .doesNotContain(CODE, VERIFIER, NONCE, "s3cr3t", "acc3ss", "r3fr3sh", "st4te");
    return failure;
  }

  static LoggedRequest sent(String path) {
    List<LoggedRequest> requests =
        WEB.getAllServeEvents().stream()
            .map(ServeEvent::getRequest)
            .filter(request -> URI.create(request.getUrl()).getPath().equals(path))
            .toList();
    assertThat(requests).as(path).hasSize(1);
    return requests.getFirst();
  }

  static Map<String, List<String>> form(String path) {
    return parameters(sent(path).getBodyAsString());
  }

  static Map<String, List<String>> query(URI url) {
    return parameters(url.getRawQuery());
  }

  private static Map<String, List<String>> parameters(String encoded) {
    Map<String, List<String>> parameters = new TreeMap<>();
    for (String pair : encoded.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters.merge(
          URLDecoder.decode(parts[0], UTF_8),
          List.of(URLDecoder.decode(parts[1], UTF_8)),
          (first, next) -> Stream.concat(first.stream(), next.stream()).toList());
    }
    return parameters;
  }
}
