package dev.mcpsession.token.oauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.mcpsession.api.ClientAuthentication;
import dev.mcpsession.api.SubjectToken;
import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.token.TokenFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Whatever an issuer answers: no token and no client secret shows outside of a Secret. */
class SecrecyTest {
  private static final String REFRESH = "r3fr3sh+t0ken/alice==";
  private static final String SUBJECT = "subj3ct.t0ken.alice";
  private static final String PASSWORD = "cl1ent:s3cr3t%\u00fc";
  private static final String ACCESS = "acc3ss+t0ken/alice";
  private static final String ROTATED = "r0tated+t0ken/alice";

  @RegisterExtension
  static final WireMockExtension WEB =
      WireMockExtension.newInstance()
          .options(options().dynamicPort().globalTemplating(true))
          .build();

  /** Each echoes the request, as header, status line's reason or body. */
  static Stream<ResponseDefinitionBuilder> echoes() {
    String sent = "{{request.body}} {{request.headers.Authorization}} " + REFRESH + SUBJECT;
    String error = "{\"error\": \"%s\", \"error_description\": \"" + sent + "\"}";
    return Stream.of(
        aResponse().withStatus(400).withBody(error.formatted("invalid_grant")),
        aResponse().withStatus(400).withBody(error.formatted("invalid_client")),
        aResponse().withStatus(400).withBody(error.formatted(REFRESH)),
        aResponse().withStatus(400).withBody(error.formatted(SUBJECT)),
        aResponse().withStatus(200).withBody(error.formatted("bad_refresh_token")),
        aResponse().withStatus(200).withBody("<html>" + sent + "</html>"),
        aResponse().withStatus(200).withBody("{\"refresh_token\": \"" + ROTATED + "\"}"),
        aResponse().withStatus(200).withBody("{\"access_token\": [\"" + ACCESS + "\"]}"),
        aResponse().withStatus(200).withBody("{\"access_token\": \"" + ACCESS + "\""),
        aResponse().withStatus(200).withBody(("{\"a\": \"" + sent + "\"}").repeat(2000)),
        aResponse()
            .withStatus(401)
            .withHeader("WWW-Authenticate", "Basic realm=\"" + REFRESH + "\""),
        aResponse()
            .withStatus(302)
            .withHeader("Location", "https://x.example/?" + REFRESH + SUBJECT),
        aResponse().withStatus(429).withHeader("Retry-After", REFRESH).withBody(sent),
        aResponse().withStatus(500).withStatusMessage(REFRESH + SUBJECT).withBody(sent),
        aResponse().withStatus(200).withHeader("Content-Type", sent).withBody(sent),
        aResponse().withStatus(200).withHeader("Content-Length", "10000").withBody(sent),
        aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE),
        aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK).withBody(sent),
        okJson(
            "{\"access_token\": \"%s\", \"refresh_token\": \"%s\", \"token_type\": \"%s\"}"
                .formatted(ACCESS, ROTATED, REFRESH)));
  }

  @ParameterizedTest
  @MethodSource("echoes")
  void nothingOfItIsThrownLoggedOrPrinted(ResponseDefinitionBuilder response) throws Exception {
    WEB.stubFor(post(urlPathEqualTo("/login/token")).willReturn(response));
    WEB.stubFor(post(urlPathEqualTo("/login/revoke")).willReturn(response));
    WEB.stubFor(post(urlPathEqualTo("/login/introspect")).willReturn(response));
    List<String> shown = new ArrayList<>();
    try (CapturedLog log = CapturedLog.ofEverything();
        NimbusAuthorizationServer server =
            new NimbusAuthorizationServer(
                new AllowedEndpoints(List.of(EndpointUrl.parse(WEB.baseUrl())), true),
                IssuerProxies.none(),
                InstantSource.fixed(Instant.EPOCH),
                (endpoint, outcome, duration) -> {})) {
      for (ClientAuthentication how : ClientAuthentication.values()) {
        Issuer issuer =
            Issuer.at(WEB.baseUrl())
                .authenticating(how)
                .introspecting()
                .with(
                    Issuer.CLIENT_SECRET,
                    Map.of("client_id", "operator", "client_secret", PASSWORD));
        OAuthClient client = issuer.client();
        shown.add(client.toString());
        shown.add(show(() -> server.refresh(issuer.refresh(), client, REFRESH, () -> true)));
        shown.add(show(() -> server.clientCredentials(issuer.clientCredentials(), client)));
        shown.add(
            show(
                () ->
                    server.exchange(
                        issuer.exchange(
                            new SubjectToken(null, null, null), List.of("git"), List.of()),
                        client,
                        SUBJECT,
                        SubjectToken.Type.id_token)));
        shown.add(
            show(
                () -> {
                  server.revoke(issuer.refresh(), client, ACCESS);
                  return "";
                }));
      }
      shown.addAll(log.lines());
    }
    assertThat(shown).hasSizeGreaterThanOrEqualTo(10).allSatisfy(SecrecyTest::holdsNoSecret);
  }

  @Test
  void theLogIsReallyCaptured() {
    try (CapturedLog log = CapturedLog.ofEverything()) {
      LoggerFactory.getLogger("com.nimbusds.Anything").trace("t {}", 1);
      java.util.logging.Logger.getLogger("jdk.Anything").finest("finest");
      System.getLogger("jdk.httpclient.Anything").log(System.Logger.Level.TRACE, "traced");
      assertThat(log.lines())
          .anySatisfy(line -> assertThat(line).contains("TRACE t 1"))
          .anySatisfy(line -> assertThat(line).contains("finest"))
          .anySatisfy(line -> assertThat(line).contains("traced"));
    }
  }

  private interface Call {
    Object run() throws TokenFailure, InterruptedException;
  }

  /** All that a log could make of what came back or was thrown. */
  private static String show(Call call) {
    StringWriter text = new StringWriter();
    Throwable thrown = catchThrowable(() -> text.append(String.valueOf(call.run())));
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(TokenFailure.class).hasNoCause();
      assertThat(thrown.getSuppressed()).isEmpty();
      thrown.printStackTrace(new PrintWriter(text, true));
    }
    return text.toString();
  }

  private static void holdsNoSecret(String text) {
    for (String secret : List.of(REFRESH, SUBJECT, PASSWORD, ACCESS, ROTATED)) {
      String encoded = URLEncoder.encode(secret, UTF_8);
      assertThat(text)
          .doesNotContain(
              secret,
              encoded,
              URLEncoder.encode(encoded, UTF_8),
              base64(secret),
              base64("operator:" + encoded),
              base64("operator:" + secret),
              // The middle of it, wherever a cut was made.
              secret.substring(4, secret.length() - 4));
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
