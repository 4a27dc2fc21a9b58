package dev.mcpsession.config;

import org.jspecify.annotations.Nullable;

/**
 * Every key of the gateway's configuration file but those of {@link SignInSetting}; {@code
 * docs/gateway-configuration.md} is the reference of both.
 */
public enum GatewaySetting implements ConfigKey {
  BASE_URL(
      "baseUrl",
      Kind.Text.url(),
      null,
      "The gateway's URL as clients see it; resources are `<baseUrl>/<namespace>/<template>/mcp`."
          + " Required with `issuers` or `signIn`. With `--insecure-user`: `http://` and the"
          + " address of `--http`."),
  KEYS_DIRECTORY(
      "keysDirectory",
      Kind.Text.path(),
      "",
      "Directory with the keys of session ids: the file `current`, and after a rotation `previous`,"
          + " 32 random bytes each. All replicas need the same. Empty: a key is made at the start,"
          + " which only a single replica can use, and which ends all session ids at a restart."),
  ISSUERS(
      "issuers",
      new Kind.Sections(),
      "[]",
      "Whose tokens are accepted, besides those of the gateway itself. Without one, and without"
          + " `signIn`, the gateway refuses to start, unless it is given `--insecure-user`."),
  ISSUER(
      "issuers[].issuer",
      Kind.Text.url(),
      null,
      "The issuer, letter for letter as in the claim `iss`. Required."),
  AUDIENCES(
      "issuers[].audiences",
      Kind.Items.of(String.class, "1 to 1024 visible ASCII characters", GatewaySetting::visible),
      "[]",
      "Audiences of which a token must have one (claim `aud`), for issuers that cannot issue tokens"
          + " for a resource (RFC 8707). Empty: the URL of the resource that is asked for."),
  JWKS_URI(
      "issuers[].jwksUri",
      Kind.Text.url().orEmpty(),
      "",
      "Where the issuer's public keys are. Empty: by discovery (RFC 8414, OpenID Connect"
          + " Discovery)."),
  USER_CLAIM(
      "issuers[].userClaim",
      Kind.Text.claim(),
      "sub",
      "The claim that people know a user by, such as `preferred_username`: `access.users` of a"
          + " template names its values. It must be one that users cannot choose themselves."),
  GROUPS_CLAIM(
      "issuers[].groupsClaim",
      Kind.Text.claim(),
      "groups",
      "The claim with the user's groups, a list of texts: `access.groups` of a template names its"
          + " values."),
  REQUIRED_SCOPES(
      "issuers[].requiredScopes",
      Kind.Items.scopes(),
      "[]",
      "Scopes that a token must have for any template."),
  CA_FILE(
      "issuers[].caFile",
      Kind.Text.path(),
      "",
      "PEM file with certificate authorities to trust for this issuer, instead of the JVM's."),
  ALLOW_HTTP_ISSUERS(
      "allowHttpIssuers",
      new Kind.TruthValue(),
      "false",
      "Whether `issuers` and `signIn` may have http URLs. Whoever can change such an answer can"
          + " forge every user. For tests."),
  ALLOWED_ORIGINS(
      "allowedOrigins",
      Kind.Items.of(
          WebOrigin.class,
          "an origin such as https://app.example, without a path; neither * nor null is one",
          WebOrigin::parse),
      "[]",
      "Origins whose web pages may use the gateway (CORS), besides that of `baseUrl`. Clients that"
          + " are not web pages send no Origin."),
  ALLOWED_HOSTS(
      "allowedHosts",
      Kind.Items.hosts(),
      "[]",
      "Values of the header Host that are answered, on any port. Empty: the host of `baseUrl`, and"
          + " loopback; if you give some, give these as well."),
  HEADER_BYTES(
      "limits.headerBytes",
      new Kind.WholeNumber(4096, 65536),
      "16384",
      "Bytes of the request line, and of all headers together; more is answered 431."),
  BODY_BYTES(
      "limits.bodyBytes",
      new Kind.WholeNumber(65536, 67108864),
      "4194304",
      "Bytes of a request's body; more is answered 413."),
  HEADER_SECONDS(
      "limits.headerSeconds",
      new Kind.WholeNumber(1, 300),
      "10",
      "Seconds within which a request's headers must be there; else 408."),
  BODY_SECONDS(
      "limits.bodySeconds",
      new Kind.WholeNumber(1, 300),
      "30",
      "Seconds without a byte after which a request's body is given up; 408."),
  CONNECTIONS(
      "limits.connections",
      new Kind.WholeNumber(10, 1000000),
      "20000",
      "Connections that a replica has at a time; further ones are closed at once."),
  REQUESTS_PER_USER(
      "limits.requestsPerUser",
      new Kind.WholeNumber(1, 100000),
      "64",
      "Requests of one user that a replica handles at a time; further ones are answered 429."),
  STREAMS_PER_USER(
      "limits.streamsPerUser",
      new Kind.WholeNumber(1, 100000),
      "128",
      "GET streams of one user that a replica has at a time; further ones are answered 429."),
  NEW_SESSIONS_PER_SECOND(
      "limits.newSessionsPerSecond",
      new Kind.WholeNumber(1, 10000),
      "20",
      "Sessions that a replica makes in a second, of all users, once the burst is used up; further"
          + " ones are answered 503."),
  NEW_SESSIONS_BURST(
      "limits.newSessionsBurst",
      new Kind.WholeNumber(1, 100000),
      "100",
      "Sessions that a replica makes at once after a quiet time."),
  BACKEND_CONNECT_SECONDS(
      "limits.backendConnectSeconds",
      new Kind.WholeNumber(1, 60),
      "2",
      "Seconds within which a backend must accept a connection."),
  BUFFER_EVENTS_PER_SESSION(
      "limits.bufferEventsPerSession",
      new Kind.WholeNumber(100, 1000000),
      "10000",
      "Events that a replica keeps of one session for clients that come back, of backends that"
          + " cannot send them again; the oldest go first."),
  BUFFER_BYTES_PER_SESSION(
      "limits.bufferBytesPerSession",
      new Kind.WholeNumber(65536, 1073741824),
      "16777216",
      "Bytes of them; at most limits.bufferBytes."),
  BUFFER_BYTES(
      "limits.bufferBytes",
      new Kind.WholeNumber(65536, 2147483647),
      "268435456",
      "Bytes of such events that a replica keeps of all sessions; those of the stream that was used"
          + " least recently go first. They are in the heap, which has half of the container's"
          + " memory.");

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // records of numbers and functions
  private final Kind kind;

  private final @Nullable String defaultValue;
  private final String meaning;

  GatewaySetting(String key, Kind kind, @Nullable String defaultValue, String meaning) {
    this.key = key;
    this.kind = kind;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  private static @Nullable String visible(String text) {
    return text.matches("[\\x21-\\x7e]{1,1024}") ? text : null;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
