package dev.mcpsession.stored;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A session with its children as a real cluster held them when the CRD still stored the defaults of
 * absent fields, and after an operator of that time had brought everything to rest. Tokens are
 * replaced by made-up ones, and what belongs to the cluster is left out.
 *
 * @param documents session, Service, token Secret and Pod as YAML; only the session is always there
 */
public record StoredSession(String name, String documents) {
  /** When the objects were read. */
  public static final Instant RECORDED = Instant.parse("2026-11-27T11:18:20Z");

  /** Where they were. */
  public static final String NAMESPACE = "team";

  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");

  /** What differs between them, see their files in the folder {@code upgrade/written}. */
  public static List<String> names() {
    return List.of("defaults", "account", "secret", "client", "explicit", "suspended", "idle");
  }

  public static StoredSession of(String name) {
    return new StoredSession(name, text("/upgrade/stored/" + name + ".yaml"));
  }

  /** The CRD of that time, which stores defaults. */
  public static CustomResourceDefinition crd() {
    return Serialization.unmarshal(text("/upgrade/crd.yaml"), CustomResourceDefinition.class);
  }

  /** The Secrets that token sources of the sessions read. */
  public static List<Secret> sources() {
    return Arrays.stream(text("/upgrade/sources.yaml").split("(?m)^---\n"))
        .filter(document -> !document.isBlank())
        .map(document -> Serialization.unmarshal(document, Secret.class))
        .toList();
  }

  /** The spec as the user wrote it, without the defaults that the API server added. */
  public McpSessionSpec written() {
    return Serialization.unmarshal(writtenText(), McpSessionSpec.class);
  }

  /** The same as a document. */
  @SuppressWarnings("unchecked")
  public Map<String, Object> writtenDocument() {
    return Serialization.unmarshal(writtenText(), Map.class);
  }

  private String writtenText() {
    return text("/upgrade/written/" + name + ".yaml");
  }

  public McpSession session() {
    return require("McpSession", McpSession.class);
  }

  /** The session with each field as it was, even those that are no longer known. */
  public GenericKubernetesResource sessionDocument() {
    return require("McpSession", GenericKubernetesResource.class);
  }

  public @Nullable Service service() {
    return find("Service", Service.class);
  }

  public @Nullable Secret tokenSecret() {
    return find("Secret", Secret.class);
  }

  public @Nullable Pod pod() {
    return find("Pod", Pod.class);
  }

  /** A copy with another word wherever this one stands, such as a uid. */
  public StoredSession with(String recorded, String actual) {
    return new StoredSession(name, documents.replace(recorded, actual));
  }

  /** A copy with all times as if the objects had been read at another one, to the second. */
  public StoredSession readAt(Instant now) {
    Duration later = Duration.ofSeconds(Duration.between(RECORDED, now).toSeconds());
    return new StoredSession(
        name,
        TIME.matcher(documents)
            .replaceAll(time -> Instant.parse(time.group()).plus(later).toString()));
  }

  private <T extends HasMetadata> T require(String kind, Class<T> type) {
    T found = find(kind, type);
    if (found == null) {
      throw new IllegalStateException("session " + name + " has no " + kind);
    }
    return found;
  }

  private <T extends HasMetadata> @Nullable T find(String kind, Class<T> type) {
    return Arrays.stream(documents.split("(?m)^---\n"))
        .filter(document -> document.contains("\nkind: " + kind + "\n"))
        .map(document -> Serialization.unmarshal(document, type))
        .findFirst()
        .orElse(null);
  }

  private static String text(String resource) {
    try (InputStream in = StoredSession.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
