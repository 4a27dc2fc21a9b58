package dev.mcpsession.simulation;

import dev.mcpsession.api.Names;
import dev.mcpsession.simulation.model.Chance;
import dev.mcpsession.simulation.model.ModelEndings;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Secret that sessions read tokens from, and its maintenance, good or bad. */
final class ModelSources {
  private static final String NAME = "source";

  private final World world;
  private int tokens;

  ModelSources(World world) {
    this.world = world;
  }

  /** A value for spec.token. */
  Object any() {
    return any(world.chance);
  }

  /** As {@link #any()}, by other choices. */
  static Object any(Chance chance) {
    Map<String, Object> account = Map.of("name", "default");
    return switch (chance.below(8)) {
      case 0 -> Map.of("serviceAccount", account);
      case 1 ->
          Map.of(
              "serviceAccount",
              Map.of("name", "default", "expirationSeconds", 600),
              "renewBeforeSeconds",
              120);
      case 2 -> Map.of("secret", Map.of("name", NAME));
      case 3 -> Map.of("oauth2ClientCredentials", oauth2("https://idp.example/revoke"));
      case 4 -> Map.of("oauth2ClientCredentials", oauth2(null));
      case 5, 6 -> {
        Map<String, Object> refresh = oauth2("https://idp.example/revoke");
        refresh.put("grantSecretName", ModelEndings.GRANT);
        yield Map.of("oauth2Refresh", refresh);
      }
      default -> Map.of("secret", Map.of("name", NAME, "expiresAtKey", "expiresAt"));
    };
  }

  private static Map<String, Object> oauth2(@Nullable String revocationEndpoint) {
    Map<String, Object> source = new HashMap<>();
    source.put("tokenEndpoint", "https://idp.example/token");
    source.put("clientSecretName", ModelEndings.CLIENT);
    if (revocationEndpoint != null) {
      source.put("revocationEndpoint", revocationEndpoint);
    }
    return source;
  }

  void step() {
    Secret secret = world.server.secrets.find(NAME);
    int choice = world.chance.below(10);
    if (choice == 0 && secret != null) {
      world.trace.line("the source is deleted");
      world.server.secrets.remove(NAME);
    } else if (choice == 1 && secret != null) {
      world.trace.line("the source loses its label");
      world.server.secrets.edit(secret, copy -> copy.getMetadata().setLabels(Map.of()));
    } else if (choice == 2) {
      write("garbage");
    } else if (choice == 3) {
      write(world.clock.instant().minusSeconds(5).toString());
    } else if (choice == 4) {
      write(null);
    } else {
      write(world.clock.instant().plusSeconds(world.chance.between(10, 4000)).toString());
    }
  }

  void repair() {
    write(world.clock.instant().plusSeconds(86_400).toString());
  }

  private void write(@Nullable String expiresAt) {
    String token = world.chance.in(0.8) ? "token-" + ++tokens : "token-" + tokens;
    world.trace.line("the source holds " + token + " until " + expiresAt);
    Map<String, String> data = new HashMap<>(Map.of("token", encode(token)));
    if (expiresAt != null) {
      data.put("expiresAt", encode(expiresAt));
    }
    Secret secret = world.server.secrets.find(NAME);
    if (secret == null) {
      secret =
          world.server.create(
              world.server.secrets,
              new SecretBuilder().withNewMetadata().withName(NAME).endMetadata().build());
    }
    world.server.secrets.edit(
        secret,
        copy -> {
          copy.setData(data);
          copy.getMetadata().setLabels(Map.of(Names.TOKEN_SOURCE_LABEL, "true"));
        });
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
