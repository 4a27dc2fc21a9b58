package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the session's upstream token comes from and how the backend gets it. Exactly one source is
 * set.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "[has(self.serviceAccount), has(self.secret), has(self.oauth2Refresh),"
            + " has(self.oauth2ClientCredentials), has(self.oauth2TokenExchange)]"
            + ".exists_one(set, set)",
    message =
        "exactly one token source must be set: serviceAccount, secret, oauth2Refresh,"
            + " oauth2ClientCredentials or oauth2TokenExchange")
@ValidationRule(
    value =
        "!has(self.serviceAccount) || !has(self.serviceAccount.expirationSeconds)"
            + " || !has(self.renewBeforeSeconds)"
            + " || self.renewBeforeSeconds < self.serviceAccount.expirationSeconds",
    message = "renewBeforeSeconds must be less than serviceAccount.expirationSeconds")
public record TokenSpec(
    @JsonPropertyDescription(
            "Seconds before its expiry at which a token is renewed, and the backend replaced by one"
                + " that holds the new token; at most a third of the token's life, and up to a"
                + " tenth earlier so that sessions do not renew all at once. Default 300 (5"
                + " minutes).")
        @Default("" + DEFAULT_RENEW_BEFORE_SECONDS)
        @Min(1)
        @Max(31_536_000)
        @Nullable Integer renewBeforeSeconds,
    @JsonPropertyDescription(
            "Name of an environment variable of the backend container that holds the token, such as"
                + " FORGEJO_TOKEN. Default: none, the token is only in the file.")
        @Size(max = 256)
        @Pattern("^[A-Za-z_][A-Za-z0-9_]*$")
        @Nullable String env,
    @JsonPropertyDescription(
            "Absolute path of a folder in the backend container where the token is mounted"
                + " read-only, as a file named token. Default /var/run/secrets/mcpsession.dev.")
        @Default(DEFAULT_MOUNT_PATH)
        @Size(max = 1024)
        @Pattern("^/[^:]+$")
        @Nullable String mountPath,
    @JsonPropertyDescription(
            "A token that Kubernetes issues for a ServiceAccount of the session's namespace"
                + " (TokenRequest), for upstreams that trust the cluster as an OIDC issuer.")
        @Nullable ServiceAccountSource serviceAccount,
    @JsonPropertyDescription(
            "A Secret of the session's namespace that someone else keeps up to date. It needs the"
                + " label mcpsession.dev/token-source: \"true\". A changed token replaces the"
                + " backend.")
        @Nullable SecretSource secret,
    @JsonPropertyDescription(
            "Access tokens that an OAuth 2 authorization server gives for one user's refresh"
                + " token, such as Forgejo, Gitea, GitHub or Keycloak.")
        @Nullable OAuth2RefreshSource oauth2Refresh,
    @JsonPropertyDescription(
            "Access tokens that an OAuth 2 authorization server gives to the client itself, without"
                + " a user.")
        @Nullable OAuth2ClientCredentialsSource oauth2ClientCredentials,
    @JsonPropertyDescription(
            "Access tokens that an OAuth 2 authorization server gives in exchange for another token"
                + " (RFC 8693).")
        @Nullable OAuth2TokenExchangeSource oauth2TokenExchange) {
  public static final int DEFAULT_RENEW_BEFORE_SECONDS = 300;
  public static final String DEFAULT_MOUNT_PATH = "/var/run/secrets/mcpsession.dev";
  public static final int DEFAULT_EXPIRATION_SECONDS = 3600;

  /** What Kubernetes accepts as the name of a ServiceAccount or Secret (RFC 1123 subdomain). */
  static final String SUBDOMAIN =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

  /**
   * Without user information, which would put credentials outside of Secrets, and without fragment.
   */
  static final String URL = "^https?://[^\\s/?#@]+(/[^\\s#]*)?$";

  /** RFC 6749, section 3.3. */
  static final String SCOPE = "^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$";

  /** RFC 8707, section 2: an absolute URI without fragment. */
  static final String RESOURCE = "^[a-zA-Z][-a-zA-Z0-9+.]*:[^#\\s]+$";

  /** What Kubernetes accepts as a key of a Secret. */
  static final String SECRET_KEY = "^[-._a-zA-Z0-9]+$";

  /**
   * A token that the Kubernetes TokenRequest API issues for a ServiceAccount of the session's
   * namespace.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ServiceAccountSource(
      @JsonPropertyDescription("Name of the ServiceAccount.")
          @Required
          @Size(min = 1, max = 253)
          @Pattern(SUBDOMAIN)
          String name,
      @JsonPropertyDescription(
              "Audience of the token, as the upstream expects it, such as https://git.example."
                  + " Default: the Kubernetes API server, which makes the token a credential for"
                  + " the cluster.")
          @Size(min = 1, max = 1024)
          @Nullable String audience,
      @JsonPropertyDescription(
              "Requested lifetime of the token in seconds; at least 600, and the cluster may grant"
                  + " less. Default 3600 (1 hour).")
          @Default("" + DEFAULT_EXPIRATION_SECONDS)
          @Min(600)
          @Max(31_536_000)
          @Nullable Integer expirationSeconds)
      implements TokenSourceSpec, SubjectToken.Origin {
    @Override
    public String fieldName() {
      return "serviceAccount";
    }

    @Override
    public Set<String> secretNames() {
      return Set.of();
    }

    ServiceAccountSource withoutDefaults() {
      return new ServiceAccountSource(
          name, audience, unless(DEFAULT_EXPIRATION_SECONDS, expirationSeconds));
    }

    public Duration expiration() {
      return Duration.ofSeconds(
          expirationSeconds == null ? DEFAULT_EXPIRATION_SECONDS : expirationSeconds);
    }
  }

  /**
   * A Secret of the session's namespace that someone else keeps up to date. Without {@code
   * expiresAtKey} the token has no known expiry and is replaced only when the Secret changes.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record SecretSource(
      @JsonPropertyDescription("Name of the Secret.")
          @Required
          @Size(min = 1, max = 253)
          @Pattern(SUBDOMAIN)
          String name,
      @JsonPropertyDescription("Key in the Secret that holds the token. Default token.")
          @Default(DEFAULT_TOKEN_KEY)
          @Size(min = 1, max = 253)
          @Pattern(SECRET_KEY)
          @Nullable String tokenKey,
      @JsonPropertyDescription(
              "Key in the Secret that holds when the token expires: an RFC 3339 time such as"
                  + " 2026-11-21T10:30:00Z, or seconds since 1970 such as 1795257000 (from 12"
                  + " digits on: milliseconds). Default: none, the expiry is not known and the"
                  + " backend is replaced only when the Secret changes.")
          @Size(min = 1, max = 253)
          @Pattern(SECRET_KEY)
          @Nullable String expiresAtKey)
      implements TokenSourceSpec {
    public static final String DEFAULT_TOKEN_KEY = "token";

    @Override
    public String fieldName() {
      return "secret";
    }

    @Override
    public Set<String> secretNames() {
      return Set.of(name);
    }

    SecretSource withoutDefaults() {
      return new SecretSource(name, unless(DEFAULT_TOKEN_KEY, tokenKey), expiresAtKey);
    }

    public String effectiveTokenKey() {
      return tokenKey == null ? DEFAULT_TOKEN_KEY : tokenKey;
    }
  }

  public Duration renewBefore() {
    return Duration.ofSeconds(
        renewBeforeSeconds == null ? DEFAULT_RENEW_BEFORE_SECONDS : renewBeforeSeconds);
  }

  public String effectiveMountPath() {
    return mountPath == null ? DEFAULT_MOUNT_PATH : mountPath;
  }

  /**
   * The source that is set.
   *
   * @return null if none is: the API server refuses that, but a source that only a newer operator
   *     knows looks the same
   */
  public @Nullable TokenSourceSpec source() {
    if (serviceAccount != null) {
      return serviceAccount;
    }
    if (secret != null) {
      return secret;
    }
    if (oauth2Refresh != null) {
      return oauth2Refresh;
    }
    return oauth2ClientCredentials != null ? oauth2ClientCredentials : oauth2TokenExchange;
  }

  /** The OAuth 2 source that is set; null if another source is set, or none. */
  public @Nullable OAuth2Source oauth2() {
    return switch (source()) {
      case OAuth2Source oauth2 -> oauth2;
      case ServiceAccountSource account -> null;
      case SecretSource secret -> null;
      case null -> null;
    };
  }

  /** The Secrets of the session's namespace that the source reads, by name. */
  public Set<String> secretNames() {
    TokenSourceSpec source = source();
    return source == null ? Set.of() : source.secretNames();
  }

  /** A copy whose refresh token is in this grant Secret; only for a source that has a grant. */
  TokenSpec withGrant(String name) {
    return new TokenSpec(
        renewBeforeSeconds,
        env,
        mountPath,
        serviceAccount,
        secret,
        Objects.requireNonNull(oauth2Refresh).withGrant(name),
        oauth2ClientCredentials,
        oauth2TokenExchange);
  }

  /** A copy without the fields that equal their defaults. */
  public TokenSpec withoutDefaults() {
    return new TokenSpec(
        unless(DEFAULT_RENEW_BEFORE_SECONDS, renewBeforeSeconds),
        env,
        unless(DEFAULT_MOUNT_PATH, mountPath),
        serviceAccount == null ? null : serviceAccount.withoutDefaults(),
        secret == null ? null : secret.withoutDefaults(),
        oauth2Refresh == null ? null : oauth2Refresh.withoutDefaults(),
        oauth2ClientCredentials == null ? null : oauth2ClientCredentials.withoutDefaults(),
        oauth2TokenExchange == null ? null : oauth2TokenExchange.withoutDefaults());
  }

  private static <T> @Nullable T unless(T byDefault, @Nullable T value) {
    return byDefault.equals(value) ? null : value;
  }

  /** The field name of the source that is set, for messages and metrics; "unset" if none is. */
  public String sourceName() {
    TokenSourceSpec source = source();
    return source == null ? "unset" : source.fieldName();
  }
}
