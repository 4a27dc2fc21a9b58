package dev.mcpsession.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.api.Names;
import dev.mcpsession.issuer.ForgejoIssuer;
import dev.mcpsession.issuer.IssuerCall;
import dev.mcpsession.issuer.IssuerFault;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A crowd whose sessions each have a grant of their own, and the issuer of all grants. */
public final class GrantedCrowd implements AutoCloseable {
  public static final Duration LIFE = Duration.ofMinutes(5);
  public static final Duration CALL = Duration.ofMillis(30);

  private static final Pattern GRANT = Pattern.compile("\"gnt\":([0-9]+)");

  private final ForgejoIssuer issuer = ForgejoIssuer.start();
  private final Arena arena;
  private final Crowd crowd;
  private final Map<String, String> nameOfGrant = new ConcurrentHashMap<>();

  public GrantedCrowd(Arena arena, int size) {
    this.arena = arena;
    issuer.accessTokenLifespan(LIFE);
    issuer.fail(new IssuerFault.Slow(CALL));
    crowd =
        Crowd.of(
            arena,
            "granted",
            size,
            """
            idleTimeoutSeconds: 0
            token:
              oauth2Refresh:
                {tokenEndpoint: "%s", clientSecretName: client, grantSecretName: NAME}
            """
                .formatted(issuer.tokenEndpoint()));
  }

  /** The operator's configuration for the issuer. */
  public String operatorConfig() {
    return "tokenEndpoints: {allowed: [\"%s\"], allowHttp: true}".formatted(issuer.tokenEndpoint());
  }

  public List<String> names() {
    return crowd.names();
  }

  /** Stores the grants, as users do after their consent. */
  public void storeGrants() throws Exception {
    store("client", Map.of("client_id", issuer.clientId(), "client_secret", issuer.clientSecret()));
    crowd.each(
        name -> {
          String refreshToken = issuer.newGrant(name);
          nameOfGrant.put(grantOf(refreshToken), name);
          store(name, Map.of("refresh_token", refreshToken));
        });
  }

  private void store(String name, Map<String, String> values) {
    arena
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(arena.namespace())
                .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                .endMetadata()
                .withStringData(values)
                .build())
        .create();
  }

  public void apply() throws Exception {
    crowd.apply();
  }

  /** When each session's refresh tokens arrived at the issuer, in order. */
  public Map<String, List<Instant>> calls() {
    Map<String, List<Instant>> calls = new HashMap<>();
    issuer.calls().stream()
        .sorted(Comparator.comparing(IssuerCall::at))
        .forEach(
            call ->
                calls
                    .computeIfAbsent(
                        nameOfGrant.get(grantOf(call.refreshToken())), name -> new ArrayList<>())
                    .add(call.at()));
    return calls;
  }

  /** The part of a refresh token that a renewal leaves as it is. */
  private static String grantOf(String refreshToken) {
    String claims =
        new String(Base64.getUrlDecoder().decode(refreshToken.split("\\.", -1)[1]), UTF_8);
    Matcher grant = GRANT.matcher(claims);
    if (!grant.find()) {
      throw new IllegalStateException("No grant in the claims of a refresh token");
    }
    return grant.group(1);
  }

  @Override
  public void close() {
    issuer.close();
  }
}
