package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.TokenFailure;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client of authorization servers and one whose answers the test says. */
abstract class AuthorizationServerFixture {
  static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
  static final String TOKEN = "/login/token";
  static final String REVOKE = "/login/revoke";
  static final String INTROSPECT = "/login/introspect";
  static final String GRANTED =
      "{\"access_token\": \"new-access\", \"token_type\": \"bearer\", \"expires_in\": 3599,"
          + " \"refresh_token\": \"new-refresh\"}";

  @RegisterExtension
  static final WireMockExtension WEB =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  final RecordedCalls calls = new RecordedCalls();
  NimbusAuthorizationServer server;
  Issuer issuer;

  @BeforeEach
  void start() {
    issuer = Issuer.at(WEB.baseUrl());
    server =
        new NimbusAuthorizationServer(
            new AllowedEndpoints(List.of(EndpointUrl.parse(WEB.baseUrl() + "/login")), true),
            IssuerProxies.none(),
            InstantSource.fixed(NOW),
            calls);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  IssuedTokens refresh() throws TokenFailure, InterruptedException {
    return server.withExpiry(
        issuer.refresh(),
        issuer.client(),
        server.refresh(issuer.refresh(), issuer.client(), "old", () -> true));
  }

  static void answer(String path, ResponseDefinitionBuilder response) {
    WEB.stubFor(any(anyUrl()).atPriority(9).willReturn(aResponse().withStatus(418)));
    WEB.stubFor(post(urlPathEqualTo(path)).willReturn(response));
  }

  static LoggedRequest sent(String path) {
    List<LoggedRequest> requests = WEB.findAll(postRequestedFor(urlPathEqualTo(path)));
    assertThat(requests).hasSize(1);
    return requests.getFirst();
  }

  /** Decoded. */
  static Map<String, List<String>> form(String path) {
    Map<String, List<String>> form = new TreeMap<>();
    for (String pair : sent(path).getBodyAsString().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      form.merge(
          URLDecoder.decode(parts[0], UTF_8),
          List.of(URLDecoder.decode(parts[1], UTF_8)),
          (first, next) -> Stream.concat(first.stream(), next.stream()).toList());
    }
    return form;
  }
}
