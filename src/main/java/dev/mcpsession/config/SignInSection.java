package dev.mcpsession.config;

import dev.mcpsession.config.ConfigValues.Item;
import dev.mcpsession.config.GatewayConfig.Clients;
import dev.mcpsession.config.GatewayConfig.IdentityProvider;
import dev.mcpsession.config.GatewayConfig.SignIn;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code signIn} of the gateway's configuration: what is wrong with it, and what it
 * says.
 */
final class SignInSection {
  private static final List<String> DEFAULT_SCOPES = List.of("openid", "profile");

  private final ConfigValues file;

  /**
   * @param file the whole, whose problems this section's are
   */
  SignInSection(ConfigValues file) {
    this.file = file;
  }

  boolean isGiven() {
    return Arrays.stream(SignInSetting.values()).anyMatch(file::isGiven);
  }

  private boolean hasIdentityProvider() {
    return Arrays.stream(SignInSetting.values())
        .filter(SignInSetting::isOfIdentityProvider)
        .anyMatch(file::isGiven);
  }

  /**
   * Reports what does not fit together.
   *
   * @param issuers the sections of {@code issuers}
   */
  void check(List<ConfigValues> issuers) {
    if (!isGiven()) {
      return;
    }
    if (need(SignInSetting.ISSUER)) {
      checkIssuer(issuers);
    }
    if (hasIdentityProvider()) {
      checkIdentityProvider();
    } else if (file.list(SignInSetting.ALLOWED_ENDPOINTS, EndpointUrl.class).isEmpty()) {
      file.problem(
          line(),
          "signIn has neither an identityProvider nor allowedEndpoints, so nobody could sign in;"
              + " give one of them, or both.");
    }
    file.checkAtMost(SignInSetting.ACCESS_TOKEN_SECONDS, SignInSetting.IDLE_SECONDS);
    file.checkAtMost(SignInSetting.IDLE_SECONDS, SignInSetting.ABSOLUTE_SECONDS);
    if (file.isFalse(SignInSetting.DYNAMIC_REGISTRATION)
        && file.isFalse(SignInSetting.METADATA_DOCUMENTS)) {
      file.problem(
          file.line(SignInSetting.METADATA_DOCUMENTS),
          "signIn.clients has neither dynamicRegistration nor metadataDocuments, so no client could"
              + " be used to sign in; set one of them to true.");
    }
    refuseHttp();
  }

  /** Where the section begins, as far as is known. */
  private int line() {
    return Arrays.stream(SignInSetting.values())
        .filter(file::isGiven)
        .mapToInt(file::line)
        .min()
        .orElse(file.line());
  }

  /** Whether it is given; if not, says so. */
  private boolean need(SignInSetting key) {
    if (!file.isGiven(key)) {
      file.problem(line(), key.key() + " is missing; it must be " + key.allowed() + ".");
    }
    return file.isGiven(key);
  }

  private void checkIssuer(List<ConfigValues> issuers) {
    Optional<String> issuer = file.text(SignInSetting.ISSUER).map(GatewayConfig::withoutSlash);
    if (issuer.isEmpty()) {
      return;
    }
    int line = file.line(SignInSetting.ISSUER);
    Optional<String> base = file.text(GatewaySetting.BASE_URL).map(GatewayConfig::withoutSlash);
    if (!file.isRefused(GatewaySetting.BASE_URL) && !issuer.equals(base)) {
      file.problem(
          line,
          "signIn.issuer is %s; it must be baseUrl, which is %s."
              .formatted(issuer.get(), base.orElse("not given")));
    } else if (!URI.create(issuer.get()).getRawPath().isEmpty()) {
      file.problem(
          line,
          "signIn.issuer is %s, but clients look for an authorization server's metadata at the root"
                  .formatted(issuer.get())
              + " of its host; give the gateway a host of its own.");
    }
    for (ConfigValues section : issuers) {
      if (section.text(GatewaySetting.ISSUER).map(GatewayConfig::withoutSlash).equals(issuer)) {
        section.problem(
            section.line(GatewaySetting.ISSUER),
            "issuers[].issuer is %s, the gateway itself; it knows its own tokens, so leave this one out."
                .formatted(issuer.get()));
      }
    }
  }

  private void checkIdentityProvider() {
    need(SignInSetting.IDENTITY_PROVIDER_ISSUER);
    need(SignInSetting.CLIENT_ID);
    List<String> scopes = file.list(SignInSetting.SCOPES, String.class);
    if (!scopes.isEmpty() && !scopes.contains("openid")) {
      file.problem(
          file.line(SignInSetting.SCOPES),
          "signIn.identityProvider.scopes lacks openid, without which the provider does not say who"
              + " the user is; add it.");
    }
  }

  private void refuseHttp() {
    if (!file.isFalse(GatewaySetting.ALLOW_HTTP_ISSUERS)) {
      return;
    }
    url(SignInSetting.ISSUER)
        .filter(url -> !url.value().isLoopback())
        .ifPresent(
            url ->
                refuseHttp(SignInSetting.ISSUER, "is", url, "tokens must not travel unencrypted"));
    url(SignInSetting.IDENTITY_PROVIDER_ISSUER)
        .ifPresent(
            url ->
                refuseHttp(
                    SignInSetting.IDENTITY_PROVIDER_ISSUER,
                    "is",
                    url,
                    "whoever changes its answers could forge every user"));
    file.items(SignInSetting.ALLOWED_ENDPOINTS, EndpointUrl.class)
        .forEach(
            url ->
                refuseHttp(
                    SignInSetting.ALLOWED_ENDPOINTS,
                    "holds",
                    url,
                    "secrets must not travel unencrypted"));
  }

  private void refuseHttp(SignInSetting key, String verb, Item<EndpointUrl> url, String why) {
    file.refuseHttp(key, verb, url, why, GatewaySetting.ALLOW_HTTP_ISSUERS);
  }

  private Optional<Item<EndpointUrl>> url(SignInSetting key) {
    return file.text(key).map(EndpointUrl::parsePrefix).map(url -> new Item<>(url, file.line(key)));
  }

  /** Of a file without problems. */
  Optional<SignIn> read() {
    return isGiven()
        ? Optional.of(
            new SignIn(
                URI.create(
                    GatewayConfig.withoutSlash(file.text(SignInSetting.ISSUER).orElseThrow())),
                file.text(SignInSetting.NAMESPACE),
                file.text(SignInSetting.KEYS_SECRET_NAME).orElseThrow(),
                hasIdentityProvider() ? Optional.of(identityProvider()) : Optional.empty(),
                file.list(SignInSetting.ALLOWED_ENDPOINTS, EndpointUrl.class),
                file.seconds(SignInSetting.ACCESS_TOKEN_SECONDS),
                file.seconds(SignInSetting.IDLE_SECONDS),
                file.seconds(SignInSetting.ABSOLUTE_SECONDS),
                clients()))
        : Optional.empty();
  }

  private IdentityProvider identityProvider() {
    List<String> scopes = file.list(SignInSetting.SCOPES, String.class);
    return new IdentityProvider(
        URI.create(file.text(SignInSetting.IDENTITY_PROVIDER_ISSUER).orElseThrow()),
        file.text(SignInSetting.CLIENT_ID).orElseThrow(),
        file.text(SignInSetting.CLIENT_SECRET_FILE).map(Path::of),
        scopes.isEmpty() ? DEFAULT_SCOPES : scopes,
        file.text(SignInSetting.USER_CLAIM).orElseThrow(),
        file.text(SignInSetting.GROUPS_CLAIM).orElseThrow(),
        file.text(SignInSetting.CA_FILE).map(Path::of));
  }

  private Clients clients() {
    return new Clients(
        file.isTrue(SignInSetting.DYNAMIC_REGISTRATION),
        file.isTrue(SignInSetting.METADATA_DOCUMENTS),
        file.list(SignInSetting.ALLOWED_REDIRECT_HOSTS, Authority.class).stream()
            .map(Authority::host)
            .toList(),
        file.isTrue(SignInSetting.ALLOW_PRIVATE_DOCUMENTS));
  }
}
