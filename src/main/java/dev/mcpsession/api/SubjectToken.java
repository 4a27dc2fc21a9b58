package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The token that represents the user in a token exchange. Exactly one origin is set. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.serviceAccount) != has(self.secret)",
    message = "exactly one subject token must be set: serviceAccount or secret")
public record SubjectToken(
    @JsonPropertyDescription(
            "A token that Kubernetes issues for a ServiceAccount of the session's namespace,"
                + " requested for each exchange.")
        @Nullable ServiceAccountSource serviceAccount,
    @JsonPropertyDescription(
            "A Secret of the session's namespace that someone else keeps up to date. It needs the"
                + " label mcpsession.dev/token-source: \"true\".")
        @Nullable SubjectSecret secret,
    @JsonPropertyDescription(
            "Type of the token: access_token, id_token or jwt (RFC 8693, section 3). Default"
                + " access_token for a Secret and jwt for a ServiceAccount.")
        @Nullable Type type) {

  /** Where the token comes from. */
  public sealed interface Origin permits ServiceAccountSource, SubjectSecret {
    /** The Secrets of the session's namespace that are read for it, by name. */
    Set<String> secretNames();
  }

  /** The last part of the token type's URN. */
  public enum Type {
    access_token,
    id_token,
    jwt
  }

  /** Where in a Secret the subject token is. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record SubjectSecret(
      @JsonPropertyDescription("Name of the Secret.")
          @Required
          @Size(min = 1, max = 253)
          @Pattern(TokenSpec.SUBDOMAIN)
          String name,
      @JsonPropertyDescription("Key in the Secret that holds the token. Default token.")
          @Default(TokenSpec.SecretSource.DEFAULT_TOKEN_KEY)
          @Size(min = 1, max = 253)
          @Pattern(TokenSpec.SECRET_KEY)
          @Nullable String tokenKey)
      implements Origin {
    @Override
    public Set<String> secretNames() {
      return Set.of(name);
    }

    public String effectiveTokenKey() {
      return tokenKey == null ? TokenSpec.SecretSource.DEFAULT_TOKEN_KEY : tokenKey;
    }

    SubjectSecret withoutDefaults() {
      return new SubjectSecret(
          name, TokenSpec.SecretSource.DEFAULT_TOKEN_KEY.equals(tokenKey) ? null : tokenKey);
    }
  }

  /** Never null. */
  public Type effectiveType() {
    return type != null
        ? type
        : switch (origin()) {
          case ServiceAccountSource account -> Type.jwt;
          case SubjectSecret secret -> Type.access_token;
          case null -> Type.access_token;
        };
  }

  /** The origin that is set; null if none is, which the API server refuses. */
  public @Nullable Origin origin() {
    return serviceAccount != null ? serviceAccount : secret;
  }

  /** The Secrets of the session's namespace that are read for it, by name. */
  Set<String> secretNames() {
    Origin origin = origin();
    return origin == null ? Set.of() : origin.secretNames();
  }

  SubjectToken withoutDefaults() {
    return new SubjectToken(
        serviceAccount == null ? null : serviceAccount.withoutDefaults(),
        secret == null ? null : secret.withoutDefaults(),
        type);
  }
}
