package dev.mcpsession.issuer.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.issuer.Issuer;
import dev.mcpsession.issuer.TokenAnswer;
import dev.mcpsession.issuer.TokenClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Keycloak with a realm of ours: refresh tokens work once, and every use of one is an event.
 */
public final class Keycloak implements Issuer, AutoCloseable {
  /** Of an access token, where a test says nothing else. */
  public static final Duration DEFAULT_LIFESPAN = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(Keycloak.class);
  private static final String REALM = "mcp";
  private static final String CLIENT = "mcp-session-operator";
  private static final String PUBLIC_CLIENT = "mcp-cli";
  private static final String GATEWAY_CLIENT = "mcp-client";
  private static final String RESOURCE_SERVER = "git";
  private static final String KEY_PROVIDER = "org.keycloak.keys.KeyProvider";

  private final KeycloakProcess process;
  private final HttpClient http = TokenClient.newHttp();
  private final TokenClient client = new TokenClient(http, CLIENT, "secret-" + UUID.randomUUID());
  private final TokenClient gateway =
      new TokenClient(http, "mcp-gateway", "secret-" + UUID.randomUUID());
  private final TokenClient resourceServer =
      new TokenClient(http, RESOURCE_SERVER, "secret-" + UUID.randomUUID());
  private final TokenClient adminClient =
      new TokenClient(http, "admin-client", "secret-" + UUID.randomUUID());
  private final KeycloakAdmin admin;
  private final String issuer;
  private final String endpoints;

  private Keycloak() throws IOException {
    process =
        KeycloakProcess.start(
            "realm.json",
            Map.of(
                "OPERATOR_SECRET",
                client.secret(),
                "GATEWAY_SECRET",
                gateway.secret(),
                "RESOURCE_SERVER_SECRET",
                resourceServer.secret(),
                "KC_BOOTSTRAP_ADMIN_CLIENT_ID",
                adminClient.id(),
                "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET",
                adminClient.secret()));
    String url = process.awaitUrl();
    String realm = url + "/realms/" + REALM;
    admin = new KeycloakAdmin(url, REALM, adminClient);
    issuer = realm;
    endpoints = realm + "/protocol/openid-connect";
    await("realm " + REALM)
        .atMost(Duration.ofSeconds(60))
        .until(() -> get(realm + "/.well-known/openid-configuration").status() == 200);
  }

  static Keycloak start() {
    long started = System.nanoTime();
    try {
      Keycloak keycloak = new Keycloak();
      LOG.info(
          "Keycloak at {} started in {} ms",
          keycloak.tokenEndpoint(),
          Duration.ofNanos(System.nanoTime() - started).toMillis());
      return keycloak;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets the events, and what {@link #accessTokenLifespan} set. */
  void reset() {
    admin.delete("/events");
    accessTokenLifespan(DEFAULT_LIFESPAN);
  }

  /** As its tokens name it (iss). */
  public String issuer() {
    return issuer;
  }

  @Override
  public String tokenEndpoint() {
    return endpoints + "/token";
  }

  /** Where people sign in: alice, bob and whoever has a grant, each with the name as password. */
  public String authorizationEndpoint() {
    return endpoints + "/auth";
  }

  public String userInfoEndpoint() {
    return endpoints + "/userinfo";
  }

  /** The confidential client of a gateway on any port of the loopback address. */
  public String gatewayClientId() {
    return gateway.id();
  }

  public String gatewayClientSecret() {
    return gateway.secret();
  }

  public String revocationEndpoint() {
    return endpoints + "/revoke";
  }

  public String introspectionEndpoint() {
    return endpoints + "/token/introspect";
  }

  @Override
  public String clientId() {
    return client.id();
  }

  @Override
  public String clientSecret() {
    return client.secret();
  }

  /** The other client, which a token can be exchanged for. */
  public String audience() {
    return RESOURCE_SERVER;
  }

  /** Each in a session of its own, so that one user's grants live side by side. */
  @Override
  public String newGrant(String user) {
    return logIn(user, Map.of()).refreshToken();
  }

  /** Of the realm's own, with the scope that {@link #userOf} needs: the subject of an exchange. */
  public String newAccessToken(String user) {
    return logIn(user, Map.of("scope", "openid")).accessToken();
  }

  /** A client without a secret. */
  public String publicClientId() {
    return PUBLIC_CLIENT;
  }

  /** As {@link #newGrant}, to the client without a secret. */
  public String newPublicGrant(String user) {
    return logInPublicly(PUBLIC_CLIENT, user).refreshToken();
  }

  /**
   * All tokens, an ID token among them, of a client whose access tokens are for
   * https://mcp.example/team/forgejo/mcp and name the user's group, staff.
   */
  public TokenAnswer logInToGateway(String user) {
    return logInPublicly(GATEWAY_CLIENT, user);
  }

  private TokenAnswer logInPublicly(String clientId, String user) {
    newGrant(user); // makes the user
    String form =
        "grant_type=password&scope=openid&client_id=%s&username=%s&password=%s"
            .formatted(clientId, URLEncoder.encode(user, UTF_8), URLEncoder.encode(user, UTF_8));
    return client.send(
        HttpRequest.newBuilder(URI.create(tokenEndpoint()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  /** Signs with a new key from now on, until this is closed; the old one is published as well. */
  public RotatedKey rotateKeys() {
    String name = "rotated-" + UUID.randomUUID();
    admin.post(
        "/components",
        Map.of(
            "name",
            name,
            "providerId",
            "rsa-generated",
            "providerType",
            KEY_PROVIDER,
            "parentId",
            admin.get("").path("id").asText(),
            "config",
            Map.of("priority", List.of("1000"))));
    String id = admin.get("/components?name=" + name).path(0).path("id").asText();
    return () -> admin.delete("/components/" + id);
  }

  /** A key that is withdrawn again, so that other tests find the issuer as it was. */
  @FunctionalInterface
  public interface RotatedKey extends AutoCloseable {
    @Override
    void close();
  }

  private TokenAnswer logIn(String user, Map<String, String> more) {
    admin.postIfAbsent(
        "/users",
        Map.of(
            "username",
            user,
            "enabled",
            true,
            // A user whose profile has gaps is asked to complete it first.
            "email",
            user + "@example.org",
            "firstName",
            user,
            "lastName",
            user,
            "groups",
            List.of("/staff"),
            "credentials",
            List.of(Map.of("type", "password", "value", user))));
    Map<String, String> form =
        new HashMap<>(Map.of("grant_type", "password", "username", user, "password", user));
    form.putAll(more);
    return client.post(tokenEndpoint(), form);
  }

  /** Ends all of a user's sessions, and the grants with them. */
  @Override
  public void endGrants(String user) {
    String id =
        admin
            .get("/users?exact=true&username=" + URLEncoder.encode(user, UTF_8))
            .path(0)
            .path("id")
            .asText();
    admin.post("/users/" + id + "/logout", Map.of());
  }

  @Override
  public void accessTokenLifespan(Duration lifespan) {
    admin.put("", Map.of("accessTokenLifespan", lifespan.toSeconds()));
  }

  /** Asks as the server that the tokens are for. */
  @Override
  public boolean isActive(String accessToken) {
    TokenAnswer answer = resourceServer.post(introspectionEndpoint(), Map.of("token", accessToken));
    return answer.body().path("active").asBoolean();
  }

  /** Whose an access token is, by the userinfo endpoint; empty when it is not accepted. */
  public String userOf(String accessToken) {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(userInfoEndpoint()))
                .header("Authorization", "Bearer " + accessToken))
        .body()
        .path("preferred_username")
        .asText();
  }

  @Override
  public int refreshes() {
    return events("REFRESH_TOKEN").size();
  }

  @Override
  public int refused() {
    return (int)
        events("REFRESH_TOKEN_ERROR").stream()
            .filter(event -> event.error().equals("invalid_token"))
            .count();
  }

  /** Of one type, since this test began; the newest first. */
  public List<IssuerEvent> events(String type) {
    return StreamSupport.stream(admin.get("/events?max=100000&type=" + type).spliterator(), false)
        .map(IssuerEvent::of)
        .toList();
  }

  private TokenAnswer get(String url) {
    return client.send(HttpRequest.newBuilder(URI.create(url)));
  }

  @Override
  public void close() {
    process.close();
    http.close();
  }
}
