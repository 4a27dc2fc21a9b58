package dev.mcpsession.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.config.GatewayConfig.Clients;
import dev.mcpsession.config.GatewayConfig.IdentityProvider;
import dev.mcpsession.config.GatewayConfig.SignIn;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayConfigTest {
  private static final GatewayConfig.Limits DEFAULT_LIMITS =
      new GatewayConfig.Limits(
          16 * 1024,
          4 * 1024 * 1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          20_000,
          64,
          128,
          20,
          100,
          Duration.ofSeconds(2),
          10_000,
          16 * 1024 * 1024,
          256 * 1024 * 1024);

  @Test
  void everyDefaultIsAsDocumented() {
    assertThat(GatewayConfig.defaults())
        .isEqualTo(
            new GatewayConfig(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                false,
                List.of(),
                List.of(),
                DEFAULT_LIMITS,
                Optional.empty()));
  }

  @Test
  void everyDefaultOfAnIssuerIsAsDocumented() throws Exception {
    assertThat(
            GatewayConfig.parse(
                    """
                    baseUrl: https://mcp.example
                    issuers:
                      - issuer: https://sso.example/realms/staff
                    """)
                .issuers())
        .containsExactly(
            new GatewayConfig.Issuer(
                URI.create("https://sso.example/realms/staff"),
                List.of(),
                Optional.empty(),
                "sub",
                "groups",
                List.of(),
                Optional.empty()));
  }

  @Test
  void everyKeyIsRead() throws Exception {
    assertThat(
            GatewayConfig.parse(
                """
                baseUrl: https://mcp.example/gateway/
                keysDirectory: /var/run/secrets/mcp-gateway
                issuers:
                  - issuer: https://sso.example/realms/staff
                    audiences: [https://mcp.example, mcp]
                    jwksUri: https://sso.example/realms/staff/protocol/openid-connect/certs
                    userClaim: preferred_username
                    groupsClaim: https://sso.example/roles
                    requiredScopes: [mcp, "mcp:use"]
                    caFile: /etc/ssl/sso.pem
                  - issuer: http://other.example/
                    audiences: []
                    jwksUri: ""
                    requiredScopes: []
                    caFile: ""
                allowHttpIssuers: true
                allowedOrigins: [https://app.example, "http://localhost:6274"]
                allowedHosts: [mcp.example, "[::1]", gateway.mcp.svc]
                limits:
                  headerBytes: 8192
                  bodyBytes: 65536
                  headerSeconds: 3
                  bodySeconds: 4
                  connections: 500
                  requestsPerUser: 6
                  streamsPerUser: 7
                  newSessionsPerSecond: 8
                  newSessionsBurst: 9
                  backendConnectSeconds: 10
                  bufferEventsPerSession: 101
                  bufferBytesPerSession: 65537
                  bufferBytes: 65538
                """))
        .isEqualTo(
            new GatewayConfig(
                Optional.of(URI.create("https://mcp.example/gateway")),
                Optional.of(Path.of("/var/run/secrets/mcp-gateway")),
                List.of(
                    new GatewayConfig.Issuer(
                        URI.create("https://sso.example/realms/staff"),
                        List.of("https://mcp.example", "mcp"),
                        Optional.of(
                            URI.create(
                                "https://sso.example/realms/staff/protocol/openid-connect/certs")),
                        "preferred_username",
                        "https://sso.example/roles",
                        List.of("mcp", "mcp:use"),
                        Optional.of(Path.of("/etc/ssl/sso.pem"))),
                    new GatewayConfig.Issuer(
                        URI.create("http://other.example/"),
                        List.of(),
                        Optional.empty(),
                        "sub",
                        "groups",
                        List.of(),
                        Optional.empty())),
                true,
                List.of(
                    Objects.requireNonNull(WebOrigin.parse("https://app.example")),
                    Objects.requireNonNull(WebOrigin.parse("http://localhost:6274"))),
                List.of(
                    new Authority("mcp.example", -1),
                    Objects.requireNonNull(Authority.parse("[::1]")),
                    new Authority("gateway.mcp.svc", -1)),
                new GatewayConfig.Limits(
                    8192,
                    65536,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4),
                    500,
                    6,
                    7,
                    8,
                    9,
                    Duration.ofSeconds(10),
                    101,
                    65537,
                    65538),
                Optional.empty()));
  }

  @Test
  void everyDefaultOfSignInIsAsDocumented() throws Exception {
    assertThat(
            GatewayConfig.parse(
                    """
                    baseUrl: https://mcp.example/
                    signIn:
                      issuer: https://mcp.example
                      identityProvider: {issuer: https://sso.example/realms/staff, clientId: mcp}
                    """)
                .signIn())
        .contains(
            new SignIn(
                URI.create("https://mcp.example"),
                Optional.empty(),
                "mcp-session-gateway-sign-in-keys",
                Optional.of(
                    new IdentityProvider(
                        URI.create("https://sso.example/realms/staff"),
                        "mcp",
                        Optional.empty(),
                        List.of("openid", "profile"),
                        "preferred_username",
                        "groups",
                        Optional.empty())),
                List.of(),
                Duration.ofMinutes(10),
                Duration.ofDays(14),
                Duration.ofDays(90),
                new Clients(true, true, List.of(), false)));
  }

  @Test
  void everyKeyOfSignInIsRead() throws Exception {
    GatewayConfig config =
        GatewayConfig.parse(
            """
            baseUrl: http://127.0.0.1:8080
            signIn:
              issuer: http://127.0.0.1:8080/
              namespace: mcp
              keysSecretName: keys.of.mine
              identityProvider:
                issuer: https://sso.example/
                clientId: mcp-gateway
                clientSecretFile: /etc/idp/secret
                scopes: [openid, groups]
                userClaim: name
                groupsClaim: https://sso.example/roles
                caFile: /etc/idp/ca.pem
              allowedEndpoints: [https://git.example/login/oauth/, https://api.example/user]
              accessTokenSeconds: 60
              idleSeconds: 61
              absoluteSeconds: 62
              clients:
                dynamicRegistration: false
                metadataDocuments: true
                allowedRedirectHosts: [App.example, "[::1]"]
                allowPrivateDocuments: true
            """);
    assertThat(config.issuers()).isEmpty();
    assertThat(config.signIn())
        .contains(
            new SignIn(
                URI.create("http://127.0.0.1:8080"),
                Optional.of("mcp"),
                "keys.of.mine",
                Optional.of(
                    new IdentityProvider(
                        URI.create("https://sso.example/"),
                        "mcp-gateway",
                        Optional.of(Path.of("/etc/idp/secret")),
                        List.of("openid", "groups"),
                        "name",
                        "https://sso.example/roles",
                        Optional.of(Path.of("/etc/idp/ca.pem")))),
                List.of(
                    Objects.requireNonNull(EndpointUrl.parse("https://git.example/login/oauth/")),
                    Objects.requireNonNull(EndpointUrl.parse("https://api.example/user"))),
                Duration.ofSeconds(60),
                Duration.ofSeconds(61),
                Duration.ofSeconds(62),
                new Clients(false, true, List.of("app.example", "[0:0:0:0:0:0:0:1]"), true)));
  }

  @Test
  void anUpstreamAloneIsEnoughToSignIn() throws Exception {
    assertThat(
            GatewayConfig.parse(
                    """
                    baseUrl: https://mcp.example
                    issuers: [{issuer: https://sso.example}]
                    signIn: {issuer: https://mcp.example, allowedEndpoints: [https://git.example]}
                    """)
                .signIn()
                .orElseThrow()
                .identityProvider())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing but a comment\n",
        "{}",
        "limits:\n",
        "limits: {}\n",
        "signIn:\n",
        "signIn: {allowedEndpoints: [], clients: {}}\n",
        "issuers: []\nallowedOrigins: []\nallowedHosts: []\nkeysDirectory: ''\n"
      })
  void anEmptyFileMeansTheDefaults(String yaml) throws Exception {
    assertThat(GatewayConfig.parse(yaml)).isEqualTo(GatewayConfig.defaults());
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example, https://mcp.example",
    "https://mcp.example/, https://mcp.example",
    "https://example.com/tools/, https://example.com/tools",
    "http://127.0.0.1:8080, http://127.0.0.1:8080"
  })
  void theBaseUrlHasNoSlashAtItsEnd(String written, String read) throws Exception {
    assertThat(GatewayConfig.parse("baseUrl: " + written).baseUrl()).contains(URI.create(read));
  }

  @Test
  void theIssuerKeepsItsSlashSinceTokensNameItLetterForLetter() throws Exception {
    assertThat(
            GatewayConfig.parse(
                    "baseUrl: https://mcp.example\nissuers: [{issuer: https://tenant.example/}]")
                .issuers())
        .extracting(it -> it.issuer().toString())
        .containsExactly("https://tenant.example/");
  }

  @Test
  void aFileIsReadAndAMissingOneSaysSo(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("gateway.yaml"), "baseUrl: https://a.example\n");
    assertThat(GatewayConfig.read(file).baseUrl()).contains(URI.create("https://a.example"));
    Assertions.assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> GatewayConfig.read(folder.resolve("absent.yaml")));
  }
}
