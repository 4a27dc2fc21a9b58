package dev.mcpsession.config;

import dev.mcpsession.config.ConfigValues.Item;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The gateway's configuration; an instance is always valid. {@link #keys} describe each value.
 *
 * @param baseUrl without a slash at its end; empty only if there are neither issuers nor sign-in
 * @param keysDirectory empty: the keys of session ids are made at the start
 * @param allowHttpIssuers whether issuers may be asked over http
 * @param allowedHosts without ports; empty: the host of the base URL, and loopback
 */
public record GatewayConfig(
    Optional<URI> baseUrl,
    Optional<Path> keysDirectory,
    List<Issuer> issuers,
    boolean allowHttpIssuers,
    List<WebOrigin> allowedOrigins,
    List<Authority> allowedHosts,
    Limits limits,
    Optional<SignIn> signIn) {
  private static final List<ConfigKey> KEYS =
      Stream.<ConfigKey>concat(
              Arrays.stream(GatewaySetting.values()), Arrays.stream(SignInSetting.values()))
          .toList();

  private static final ConfigReader READER = new ConfigReader(KEYS);

  public GatewayConfig {
    issuers = List.copyOf(issuers);
    allowedOrigins = List.copyOf(allowedOrigins);
    allowedHosts = List.copyOf(allowedHosts);
  }

  /**
   * An issuer whose tokens are accepted.
   *
   * @param issuer letter for letter as in the claim iss
   * @param audiences empty: the resource
   * @param jwksUri empty: by discovery
   * @param userClaim the claim that people know a user by
   * @param groupsClaim the claim with the user's groups
   * @param requiredScopes for any template
   * @param caFile empty: the JVM's certificate authorities
   */
  public record Issuer(
      URI issuer,
      List<String> audiences,
      Optional<URI> jwksUri,
      String userClaim,
      String groupsClaim,
      List<String> requiredScopes,
      Optional<Path> caFile) {
    public Issuer {
      audiences = List.copyOf(audiences);
      requiredScopes = List.copyOf(requiredScopes);
    }
  }

  /**
   * How users sign in at the gateway itself.
   *
   * @param issuer the base URL, as its tokens name it
   * @param namespace where sign-ins and keys are kept; empty: that of the process's own Pod or
   *     kubeconfig
   * @param keysSecretName the Secret with the keys
   * @param allowedEndpoints prefixes that every URL of an upstream must have
   * @param accessToken how long an access token is good
   * @param idle after which a sign-in that is not used ends
   * @param absolute after which a sign-in ends in any case
   */
  public record SignIn(
      URI issuer,
      Optional<String> namespace,
      String keysSecretName,
      Optional<IdentityProvider> identityProvider,
      List<EndpointUrl> allowedEndpoints,
      Duration accessToken,
      Duration idle,
      Duration absolute,
      Clients clients) {
    public SignIn {
      allowedEndpoints = List.copyOf(allowedEndpoints);
    }
  }

  /**
   * The OIDC provider that says who a user is, with templates of identity Issuer.
   *
   * @param issuer letter for letter as in the claim iss
   * @param clientSecretFile empty: a public client
   * @param userClaim of the ID token, that people know a user by
   * @param groupsClaim of the ID token
   * @param caFile empty: the JVM's certificate authorities
   */
  public record IdentityProvider(
      URI issuer,
      String clientId,
      Optional<Path> clientSecretFile,
      List<String> scopes,
      String userClaim,
      String groupsClaim,
      Optional<Path> caFile) {
    public IdentityProvider {
      scopes = List.copyOf(scopes);
    }
  }

  /**
   * Which MCP clients may sign users in.
   *
   * @param dynamicRegistration whether clients may register themselves (RFC 7591)
   * @param metadataDocuments whether a client id may be the URL of a metadata document
   * @param allowedRedirectHosts hosts of https redirect URIs; loopback is allowed always
   * @param allowPrivateDocuments whether metadata documents may be on private addresses, and over
   *     http; for tests
   */
  public record Clients(
      boolean dynamicRegistration,
      boolean metadataDocuments,
      List<String> allowedRedirectHosts,
      boolean allowPrivateDocuments) {
    public Clients {
      allowedRedirectHosts = List.copyOf(allowedRedirectHosts);
    }
  }

  /**
   * What clients may use up.
   *
   * @param headerBytes of the request line, and of all headers together
   * @param bodyBytes of a request
   * @param headerTime within which a request's headers must be there
   * @param bodyTime without a byte of a request's body
   * @param connections of a replica
   * @param requestsPerUser of one user in a replica at a time
   * @param streamsPerUser of one user in a replica at a time
   * @param newSessionsPerSecond of all users in a replica
   * @param newSessionsBurst after a quiet time
   * @param backendConnectTime within which a backend must accept a connection
   * @param bufferEventsPerSession that a replica keeps for clients that come back
   * @param bufferBytesPerSession of these events
   * @param bufferBytes of such events of all sessions in a replica
   */
  public record Limits(
      int headerBytes,
      int bodyBytes,
      Duration headerTime,
      Duration bodyTime,
      int connections,
      int requestsPerUser,
      int streamsPerUser,
      int newSessionsPerSecond,
      int newSessionsBurst,
      Duration backendConnectTime,
      int bufferEventsPerSession,
      int bufferBytesPerSession,
      int bufferBytes) {}

  /** Every key of the file, in the order of the reference. */
  public static List<ConfigKey> keys() {
    return KEYS;
  }

  /** The configuration without a file. */
  public static GatewayConfig defaults() {
    try {
      return parse("");
    } catch (InvalidConfigException e) {
      throw new IllegalStateException("The defaults contradict each other", e);
    }
  }

  /**
   * Reads and validates a file.
   *
   * @param file YAML; a missing key has its default
   * @throws InvalidConfigException with all errors in the file
   * @throws IOException if the file cannot be read
   */
  public static GatewayConfig read(Path file) throws IOException, InvalidConfigException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return of(READER.read(reader));
    }
  }

  /** Like {@link #read}, from a string. */
  public static GatewayConfig parse(String yaml) throws InvalidConfigException {
    try {
      return of(READER.read(new StringReader(yaml)));
    } catch (IOException e) {
      throw new IllegalStateException("A string was not readable", e);
    }
  }

  private static GatewayConfig of(ConfigValues values) throws InvalidConfigException {
    List<ConfigValues> sections = values.sections(GatewaySetting.ISSUERS);
    if (!sections.isEmpty() && !values.isGiven(GatewaySetting.BASE_URL)) {
      values.problem(
          values.line(),
          "baseUrl is missing; tokens of issuers are issued for it, so it must be "
              + GatewaySetting.BASE_URL.allowed()
              + ".");
    }
    Set<String> names = new HashSet<>();
    for (ConfigValues section : sections) {
      checkIssuer(section, values, names);
    }
    SignInSection signIn = new SignInSection(values);
    signIn.check(sections);
    values.checkAtMost(GatewaySetting.BUFFER_BYTES_PER_SESSION, GatewaySetting.BUFFER_BYTES);
    values.check();
    List<Issuer> issuers = new ArrayList<>();
    for (ConfigValues section : sections) {
      issuers.add(issuer(section));
    }
    return new GatewayConfig(
        values.text(GatewaySetting.BASE_URL).map(url -> URI.create(withoutSlash(url))),
        values.text(GatewaySetting.KEYS_DIRECTORY).map(Path::of),
        issuers,
        values.isTrue(GatewaySetting.ALLOW_HTTP_ISSUERS),
        values.list(GatewaySetting.ALLOWED_ORIGINS, WebOrigin.class),
        values.list(GatewaySetting.ALLOWED_HOSTS, Authority.class),
        limits(values),
        signIn.read());
  }

  private static void checkIssuer(ConfigValues section, ConfigValues file, Set<String> names) {
    Optional<String> issuer = section.text(GatewaySetting.ISSUER);
    if (!section.isGiven(GatewaySetting.ISSUER)) {
      section.problem(
          section.line(),
          "issuers[].issuer is missing; it must be " + GatewaySetting.ISSUER.allowed() + ".");
    } else if (issuer.isPresent() && !names.add(issuer.get())) {
      section.problem(
          section.line(GatewaySetting.ISSUER),
          "issuers[].issuer is " + issuer.get() + ", which is given twice.");
    }
    if (!file.isFalse(GatewaySetting.ALLOW_HTTP_ISSUERS)) {
      return;
    }
    for (GatewaySetting key : List.of(GatewaySetting.ISSUER, GatewaySetting.JWKS_URI)) {
      section
          .text(key)
          .map(EndpointUrl::parsePrefix)
          .ifPresent(
              url ->
                  section.refuseHttp(
                      key,
                      "is",
                      new Item<>(url, section.line(key)),
                      "whoever changes its answers could forge every user",
                      GatewaySetting.ALLOW_HTTP_ISSUERS));
    }
  }

  private static Issuer issuer(ConfigValues section) {
    return new Issuer(
        URI.create(section.text(GatewaySetting.ISSUER).orElseThrow()),
        section.list(GatewaySetting.AUDIENCES, String.class),
        section.text(GatewaySetting.JWKS_URI).map(URI::create),
        section.text(GatewaySetting.USER_CLAIM).orElseThrow(),
        section.text(GatewaySetting.GROUPS_CLAIM).orElseThrow(),
        section.list(GatewaySetting.REQUIRED_SCOPES, String.class),
        section.text(GatewaySetting.CA_FILE).map(Path::of));
  }

  private static Limits limits(ConfigValues values) {
    return new Limits(
        values.number(GatewaySetting.HEADER_BYTES),
        values.number(GatewaySetting.BODY_BYTES),
        values.seconds(GatewaySetting.HEADER_SECONDS),
        values.seconds(GatewaySetting.BODY_SECONDS),
        values.number(GatewaySetting.CONNECTIONS),
        values.number(GatewaySetting.REQUESTS_PER_USER),
        values.number(GatewaySetting.STREAMS_PER_USER),
        values.number(GatewaySetting.NEW_SESSIONS_PER_SECOND),
        values.number(GatewaySetting.NEW_SESSIONS_BURST),
        values.seconds(GatewaySetting.BACKEND_CONNECT_SECONDS),
        values.number(GatewaySetting.BUFFER_EVENTS_PER_SESSION),
        values.number(GatewaySetting.BUFFER_BYTES_PER_SESSION),
        values.number(GatewaySetting.BUFFER_BYTES));
  }

  static String withoutSlash(String url) {
    return url.replaceFirst("/$", "");
  }
}
