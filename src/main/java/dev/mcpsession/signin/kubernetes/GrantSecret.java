package dev.mcpsession.signin.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.gateway.kubernetes.TemplateOwner;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.GrantName;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.grant.GrantRejection;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PURE. The Secret with one user's grant of a template's upstream: how it is made, changed and
 * read. Once it is there, the operator renews what is in it.
 *
 * @param template that owns the Secret, so that it goes with it
 */
record GrantSecret(McpSessionTemplate template, Owner owner) {
  String namespace() {
    return template.getMetadata().getNamespace();
  }

  String name() {
    return GrantName.of(McpResource.of(template), owner);
  }

  /** A new one. */
  Secret create(String refreshToken, Instant obtainedAt) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name())
        .withNamespace(namespace())
        .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
        .addToLabels(Names.OWNER_LABEL, StoredSignIn.ownerLabel(owner))
        .withAnnotations(annotations(obtainedAt))
        .withOwnerReferences(TemplateOwner.of(template))
        .endMetadata()
        .addToData(OAuth2RefreshSource.REFRESH_TOKEN_KEY, encoded(refreshToken))
        .build();
  }

  /**
   * A merge patch (RFC 7396) that puts another refresh token into the Secret that was read, if
   * nobody has changed that since, and takes out what was recorded of the one before.
   */
  String replace(Secret read, String refreshToken, Instant obtainedAt) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", read.getMetadata().getResourceVersion());
    ObjectNode annotations = metadata.putObject("annotations");
    annotations(obtainedAt).forEach(annotations::put);
    annotations.putNull(Names.GRANT_REJECTED);
    annotations.putNull(Names.CLAIM_HOLDER);
    annotations.putNull(Names.CLAIM_UNTIL);
    OwnerReference owner = TemplateOwner.of(template);
    // Of a template that was made anew: else the Secret would go with the one before.
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", owner.getApiVersion())
        .put("kind", owner.getKind())
        .put("name", owner.getName())
        .put("uid", owner.getUid());
    ObjectNode data = patch.putObject("data");
    data.put(OAuth2RefreshSource.REFRESH_TOKEN_KEY, encoded(refreshToken));
    data.putNull(OAuth2RefreshSource.ACCESS_TOKEN_KEY);
    data.putNull(OAuth2RefreshSource.EXPIRES_AT_KEY);
    return patch.toString();
  }

  private Map<String, String> annotations(Instant obtainedAt) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(Names.USER, StoredSignIn.readable(owner.subject() + " of " + owner.issuer()));
    annotations.put(Names.TEMPLATE, McpResource.of(template).toString());
    annotations.put(Names.SIGNED_IN_AT, obtainedAt.toString());
    return annotations;
  }

  /** Why a Secret of this name must not be touched; empty: it is one of the gateway's. */
  Optional<String> objection(Secret found) {
    ObjectMeta metadata = found.getMetadata();
    if (!SourceSecret.isLabelled(found)) {
      return Optional.of("it has no label " + Names.TOKEN_SOURCE_LABEL + "=\"true\"");
    }
    boolean isOfTemplate =
        Objects.requireNonNullElse(metadata.getOwnerReferences(), List.<OwnerReference>of())
            .stream()
            .anyMatch(
                it ->
                    template.getKind().equals(it.getKind())
                        && template.getMetadata().getName().equals(it.getName()));
    if (!isOfTemplate) {
      return Optional.of(
          "its owner is not " + template.getKind() + " " + template.getMetadata().getName());
    }
    return Boolean.TRUE.equals(found.getImmutable())
        ? Optional.of("it is immutable")
        : Optional.empty();
  }

  /** Whether what is there is worth more than a grant that was given then. */
  static boolean isNewer(Secret found, Instant obtainedAt) {
    return GrantRejection.isRejected(found).filter(rejected -> !rejected).isPresent()
        && givenAt(found).filter(it -> it.isAfter(obtainedAt)).isPresent();
  }

  /** When the user gave it; empty: it is not said, or not to be understood. */
  static Optional<Instant> givenAt(Secret found) {
    Map<String, String> annotations = found.getMetadata().getAnnotations();
    String text = annotations == null ? null : annotations.get(Names.SIGNED_IN_AT);
    try {
      return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The refresh token in it; empty: none. */
  static Optional<String> refreshToken(Secret found) {
    Map<String, String> data = found.getData();
    @Nullable String encoded =
        data == null ? null : data.get(OAuth2RefreshSource.REFRESH_TOKEN_KEY);
    return Optional.ofNullable(encoded)
        .map(it -> new String(Base64.getDecoder().decode(it), UTF_8).strip())
        .filter(it -> !it.isEmpty());
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** For messages. */
  @Override
  public String toString() {
    return "Secret " + namespace() + "/" + name();
  }
}
