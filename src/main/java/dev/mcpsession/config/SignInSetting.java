package dev.mcpsession.config;

import org.jspecify.annotations.Nullable;

/** Every key of the section {@code signIn} of the gateway's configuration file. */
enum SignInSetting implements ConfigKey {
  ISSUER(
      "signIn.issuer",
      Kind.Text.url(),
      null,
      "Required in `signIn`: the gateway as an authorization server, letter for letter `baseUrl`,"
          + " which then has no path. The redirect URI to register at upstreams and at the identity"
          + " provider is `<issuer>/oauth/callback`."),
  NAMESPACE(
      "signIn.namespace",
      Kind.Text.name("[a-z0-9]([-a-z0-9]*[a-z0-9])?", 63),
      null,
      "Namespace of the Secrets with keys and sign-ins. Without it: the gateway's own in a cluster,"
          + " elsewhere that of the kubeconfig."),
  KEYS_SECRET_NAME(
      "signIn.keysSecretName",
      Kind.Text.name("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", 253),
      "mcp-session-gateway-sign-in-keys",
      "The Secret with the keys by which tokens are signed and states are sealed. The gateway makes"
          + " it, or fills it if it is empty."),
  IDENTITY_PROVIDER_ISSUER(
      "signIn.identityProvider.issuer",
      Kind.Text.url(),
      null,
      "An OpenID provider that says who a user is, for templates of identity Issuer: letter for"
          + " letter as in the claim `iss` of its ID tokens. Required in `identityProvider`."),
  CLIENT_ID(
      "signIn.identityProvider.clientId",
      visible("a client id"),
      null,
      "The gateway's client id at the provider. Required in `identityProvider`."),
  CLIENT_SECRET_FILE(
      "signIn.identityProvider.clientSecretFile",
      Kind.Text.path(),
      "",
      "File with the client's secret, read each time it is used. Empty: a public client."),
  SCOPES(
      "signIn.identityProvider.scopes",
      Kind.Items.scopes(),
      "[]",
      "Scopes that the provider is asked for, among them openid. Empty: openid and profile."),
  USER_CLAIM(
      "signIn.identityProvider.userClaim",
      Kind.Text.claim(),
      "preferred_username",
      "The claim of the ID token that people know a user by: `access.users` of a template names its"
          + " values. It must be one that users cannot choose themselves."),
  GROUPS_CLAIM(
      "signIn.identityProvider.groupsClaim",
      Kind.Text.claim(),
      "groups",
      "The claim of the ID token with the user's groups, a list of texts: `access.groups` of a"
          + " template names its values."),
  CA_FILE(
      "signIn.identityProvider.caFile",
      Kind.Text.path(),
      "",
      "PEM file with certificate authorities to trust for the provider, instead of the JVM's."),
  ALLOWED_ENDPOINTS(
      "signIn.allowedEndpoints",
      Kind.Items.urls(),
      "[]",
      "URLs of upstreams that templates may name in `signIn` and `session.token.oauth2Refresh`,"
          + " such as `https://git.example/login/oauth/`: each allows itself and all paths below"
          + " it."),
  ACCESS_TOKEN_SECONDS(
      "signIn.accessTokenSeconds",
      new Kind.WholeNumber(60, 3600),
      "600",
      "Seconds that an access token of the gateway is good; at most signIn.idleSeconds."),
  IDLE_SECONDS(
      "signIn.idleSeconds",
      new Kind.WholeNumber(60, 31536000),
      "1209600",
      "Seconds without use after which a sign-in ends (two weeks); at most"
          + " signIn.absoluteSeconds."),
  ABSOLUTE_SECONDS(
      "signIn.absoluteSeconds",
      new Kind.WholeNumber(60, 31536000),
      "7776000",
      "Seconds after which a sign-in ends in any case (90 days)."),
  DYNAMIC_REGISTRATION(
      "signIn.clients.dynamicRegistration",
      new Kind.TruthValue(),
      "true",
      "Whether MCP clients may register themselves (RFC 7591). Nothing is stored for them."),
  METADATA_DOCUMENTS(
      "signIn.clients.metadataDocuments",
      new Kind.TruthValue(),
      "true",
      "Whether the id of an MCP client may be the https URL of a document that describes it, which"
          + " the gateway fetches."),
  ALLOWED_REDIRECT_HOSTS(
      "signIn.clients.allowedRedirectHosts",
      Kind.Items.hosts(),
      "[]",
      "Hosts to which a browser may be sent after a sign-in, by https, such as that of an MCP"
          + " client in the web. Loopback is always allowed."),
  ALLOW_PRIVATE_DOCUMENTS(
      "signIn.clients.allowPrivateDocuments",
      new Kind.TruthValue(),
      "false",
      "Whether metadata documents may be on private addresses, and have http URLs. Clients could"
          + " make the gateway call what only it can reach. For tests.");

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // records of numbers and functions
  private final Kind kind;

  private final @Nullable String defaultValue;
  private final String meaning;

  SignInSetting(String key, Kind kind, @Nullable String defaultValue, String meaning) {
    this.key = key;
    this.kind = kind;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  private static Kind.Text visible(String what) {
    return Kind.Text.matching("[\\x21-\\x7e]+", 256, what + ": 1 to 256 visible ASCII characters");
  }

  boolean isOfIdentityProvider() {
    return key.startsWith("signIn.identityProvider.");
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
