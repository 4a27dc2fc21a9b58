package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.mcpsession.api.McpSessionSpec.OnIdle;
import dev.mcpsession.api.McpSessionSpec.Replacement;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is offered, to whom, and what counts as use. The operator reads {@code session} alone; the
 * other fields are the gateway's.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "!has(self.signIn) || !has(self.signIn.authorizationEndpoint)"
            + " || has(self.session.token) && has(self.session.token.oauth2Refresh)",
    message =
        "signIn.authorizationEndpoint needs session.token.oauth2Refresh, whose token endpoint and"
            + " client the user's grant comes from: add it, or remove signIn.authorizationEndpoint")
@ValidationRule(
    value =
        "!has(self.signIn) || !has(self.signIn.authorizationEndpoint)"
            + " || !has(self.session.token) || !has(self.session.token.oauth2Refresh)"
            + " || !has(self.session.token.oauth2Refresh.grantSecretName)",
    message =
        "users who sign in at the upstream have a grant each: remove"
            + " session.token.oauth2Refresh.grantSecretName, or signIn.authorizationEndpoint")
public record McpSessionTemplateSpec(
    @JsonPropertyDescription("What is offered, in words for users. Default: none.")
        @Size(max = 1024)
        @Nullable String description,
    @JsonPropertyDescription(
            "Who may use the template through the session gateway. Default: nobody.")
        @Nullable Access access,
    @JsonPropertyDescription(
            "What counts as use of a session through the gateway. Requests (the default): what"
                + " clients send. Streams: an open stream with a living client as well.")
        @Default("Requests")
        @Nullable ActivityKind activity,
    @JsonPropertyDescription(
            "What happens after a user's last stream and request have ended. Keep (the default):"
                + " nothing. Release: the session counts as idle after disconnectGraceSeconds.")
        @Default("Keep")
        @Nullable OnDisconnect onDisconnect,
    @JsonPropertyDescription(
            "Seconds from the end of a user's last stream and request to the session counting as"
                + " idle, with onDisconnect Release. Default 60.")
        @Default("60")
        @Min(0)
        @Max(McpSessionSpec.MAX_SECONDS)
        @Nullable Integer disconnectGraceSeconds,
    @JsonPropertyDescription(
            "Number of MCP session ids that one user may have; beyond it the least recently used"
                + " one ends. Default 32.")
        @Default("32")
        @Min(1)
        @Max(1024)
        @Nullable Integer connectionsPerSession,
    @JsonPropertyDescription(
            "What the sessions are: each field is taken by the sessions that name this template and"
                + " do not set it themselves.")
        @Required
        Session session,
    @JsonPropertyDescription(
            "How users sign in at the session gateway for this template. Default: they do not, and"
                + " come with tokens of a configured issuer.")
        @Nullable SignIn signIn) {

  /** Who may use a template; whoever one of the three lists or {@code everyone} names. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Access(
      @JsonPropertyDescription(
              "true: every user whom a configured issuer names, or who signs in. Default false.")
          @Default("false")
          @Nullable Boolean everyone,
      @JsonPropertyDescription(
              "Users, by the value of the issuer's user claim, or of signIn.userClaim. Default:"
                  + " none.")
          @Nullable List<String> users,
      @JsonPropertyDescription("Groups, by values of the issuer's groups claim. Default: none.")
          @Nullable List<String> groups,
      @JsonPropertyDescription("Scopes that a user's token must have, all of them. Default: none.")
          @Nullable List<String> requiredScopes) {}

  /**
   * How users sign in. Token endpoint, client and revocation endpoint of the upstream are those of
   * {@code session.token.oauth2Refresh}.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value =
          "self.identity != 'Upstream'"
              + " || has(self.authorizationEndpoint) && has(self.userInfoEndpoint)",
      message =
          "with identity Upstream the upstream says who the user is: set authorizationEndpoint and"
              + " userInfoEndpoint, and session.token.oauth2Refresh")
  @ValidationRule(
      value = "has(self.authorizationEndpoint) || !has(self.userInfoEndpoint) && !has(self.scopes)",
      message =
          "userInfoEndpoint and scopes are of an upstream: set authorizationEndpoint, or remove"
              + " them")
  public record SignIn(
      @JsonPropertyDescription(
              "Who says who the user is. Upstream: the account at the upstream that gives the"
                  + " grant. Issuer: the identity provider of the gateway's configuration; if the"
                  + " other fields are set, the user then gives a grant of the upstream as well.")
          @Required
          Identity identity,
      @JsonPropertyDescription(
              "URL at which a user of the upstream gives their consent, such as"
                  + " https://git.example/login/oauth/authorize. The gateway's configuration must"
                  + " allow it (signIn.allowedEndpoints). Required with identity Upstream.")
          @Size(min = 1, max = 2048)
          @Pattern(TokenSpec.URL)
          @Nullable String authorizationEndpoint,
      @JsonPropertyDescription(
              "URL that says whose an access token of the upstream is, such as"
                  + " https://git.example/login/oauth/userinfo. Must be allowed like the"
                  + " authorization endpoint. Required with identity Upstream.")
          @Size(min = 1, max = 2048)
          @Pattern(TokenSpec.URL)
          @Nullable String userInfoEndpoint,
      @JsonPropertyDescription(
              "Field of the user info with an id of the user that never changes and is never given"
                  + " to somebody else: sub, or id at GitHub; not a login name. Default sub.")
          @Default("sub")
          @Size(min = 1, max = 256)
          @Nullable String subjectClaim,
      @JsonPropertyDescription(
              "Field of the user info with the name that people know the user by, which"
                  + " access.users names. Default preferred_username.")
          @Default("preferred_username")
          @Size(min = 1, max = 256)
          @Nullable String userClaim,
      @JsonPropertyDescription(
              "Scopes that the user is asked for at the upstream. Default: none, the upstream"
                  + " decides.")
          @Size(max = 64)
          @Nullable List<@Size(min = 1, max = 256) @Pattern(TokenSpec.SCOPE) String> scopes) {
    /** Who says who the user is. */
    public enum Identity {
      /** The upstream that gives the grant. */
      Upstream,
      /** The identity provider of the gateway's configuration. */
      Issuer
    }

    /** Never null. */
    public String subject() {
      return subjectClaim == null ? "sub" : subjectClaim;
    }

    /** Never null. */
    public String user() {
      return userClaim == null ? "preferred_username" : userClaim;
    }

    /** Never null. */
    public List<String> requestedScopes() {
      return scopes == null ? List.of() : scopes;
    }
  }

  /**
   * Whether each user has a grant Secret of their own, which the gateway names: users sign in, and
   * the sessions' tokens come from grants.
   */
  public boolean givesEachUserAGrant() {
    OAuth2RefreshSource source = session.token() == null ? null : session.token().oauth2Refresh();
    return signIn != null && source != null && source.grantSecretName() == null;
  }

  /** What counts as use. */
  public enum ActivityKind {
    Requests,
    Streams
  }

  /** What happens once a user is gone. */
  public enum OnDisconnect {
    Keep,
    Release
  }

  /**
   * What sessions take from a template: the fields of {@link McpSessionSpec} that are not one
   * user's own. {@link EffectiveSpec} applies the defaults.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Session(
      @JsonPropertyDescription(FieldText.IDLE_TIMEOUT) @Min(0) @Max(McpSessionSpec.MAX_SECONDS)
          @Nullable Integer idleTimeoutSeconds,
      @JsonPropertyDescription(FieldText.MAX_LIFETIME) @Min(1) @Max(McpSessionSpec.MAX_SECONDS)
          @Nullable Integer maxLifetimeSeconds,
      @JsonPropertyDescription(FieldText.ON_IDLE + " Default Suspend.") @Nullable OnIdle onIdle,
      @JsonPropertyDescription(FieldText.DELETE_AFTER_IDLE + " Default 604800 (a week).")
          @Min(0)
          @Max(McpSessionSpec.MAX_SECONDS)
          @Nullable Integer deleteAfterIdleSeconds,
      @JsonPropertyDescription(FieldText.STARTUP_TIMEOUT)
          @Min(1)
          @Max(McpSessionSpec.MAX_PHASE_SECONDS)
          @Nullable Integer startupTimeoutSeconds,
      @JsonPropertyDescription(FieldText.DRAIN + " Default 120.")
          @Min(0)
          @Max(McpSessionSpec.MAX_PHASE_SECONDS)
          @Nullable Integer drainSeconds,
      @JsonPropertyDescription(FieldText.REPLACEMENT) @Nullable Replacement replacement,
      @JsonPropertyDescription(FieldText.PORT) @Min(1) @Max(65535) @Nullable Integer port,
      @JsonPropertyDescription(FieldText.PATH)
          @Size(max = 1024)
          @Pattern(McpSessionSpec.ENDPOINT_PATH)
          @Nullable String path,
      @JsonPropertyDescription(FieldText.SERVICE + " Default false.") @Nullable Boolean service,
      @JsonPropertyDescription(FieldText.SERVICE_APP_PROTOCOL)
          @Size(min = 1, max = 253)
          @Pattern(McpSessionSpec.APP_PROTOCOL)
          @Nullable String serviceAppProtocol,
      @JsonPropertyDescription(FieldText.POD_TEMPLATE) @Required PodTemplate podTemplate,
      @JsonPropertyDescription(
              FieldText.TOKEN
                  + " A grantSecretName in it is taken by the sessions that set no"
                  + " spec.grantSecretName.")
          @Nullable TokenSpec token) {}
}
