package dev.mcpsession.resources;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mcpsession.api.McpSessionSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a revision is created from. Only what the user wrote counts, without absent fields, and
 * never the Pod built from it: an upgrade of the operator or of the CRD must not replace backends.
 *
 * @param template hash of podTemplate, port and token of the spec
 * @param restartedAt null without the annotation
 * @param sourceVersion null if the source has no version, or no usable token
 */
public record Inputs(
    String template, @Nullable String restartedAt, @Nullable String sourceVersion) {
  private static final JsonMapper CANONICAL =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .build();

  /**
   * A value that equals its default counts as absent, so that a default added to the CRD later
   * changes nothing.
   */
  public static Inputs of(
      McpSessionSpec spec, @Nullable String restartedAt, @Nullable String sourceVersion) {
    return new Inputs(
        hash(
            Arrays.asList(
                spec.podTemplate(),
                unless(McpSessionSpec.DEFAULT_PORT, spec.port()),
                spec.token() == null ? null : spec.token().withoutDefaults())),
        restartedAt,
        sourceVersion);
  }

  private static <T> @Nullable T unless(T byDefault, @Nullable T value) {
    return byDefault.equals(value) ? null : value;
  }

  /** A short hash that changes with any of the three. */
  public String hash() {
    return hash(Arrays.asList(template, restartedAt, sourceVersion));
  }

  private static String hash(Object value) {
    try {
      byte[] json = CANONICAL.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json), 0, 8);
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "a spec read from JSON can be written as JSON, and every platform has SHA-256", e);
    }
  }
}
