package dev.mcpsession.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sessions and templates of {@code config/samples}, sped up: what takes minutes there takes
 * seconds here, and a token comes from a Secret, because a TokenRequest gives it at least ten
 * minutes.
 */
record Samples(KubernetesSerialization serialization, int port) {
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(15);
  static final Duration DRAIN = Duration.ofSeconds(2);
  static final String EXPIRES_AT_KEY = "expiresAt";

  private static final int STARTUP_TIMEOUT_SECONDS = 20;
  private static final int RENEW_BEFORE_SECONDS = 5;

  /** In the order of the files' names. */
  List<McpSession> sessions(Path folder) throws IOException {
    return documents(folder, "McpSession")
        .map(
            sample -> {
              ObjectNode spec = (ObjectNode) sample.get("spec");
              if (!spec.has("templateRef")) {
                hurry(spec, sample.at("/metadata/name").asText());
              }
              return serialization.convertValue(sample, McpSession.class);
            })
        .toList();
  }

  /** In the order of the files' names. */
  List<McpSessionTemplate> templates(Path folder) throws IOException {
    return documents(folder, "McpSessionTemplate")
        .map(
            sample -> {
              hurryStart((ObjectNode) sample.at("/spec/session"));
              return serialization.convertValue(sample, McpSessionTemplate.class);
            })
        .toList();
  }

  private static Stream<JsonNode> documents(Path folder, String kind) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".yaml")).sorted().toList()) {
        try (MappingIterator<JsonNode> read =
            new YAMLMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
          documents.addAll(read.readAll());
        }
      }
    }
    return documents.stream().filter(document -> document.path("kind").asText().equals(kind));
  }

  private void hurryStart(ObjectNode spec) {
    spec.remove("path"); // the sample server has the default
    spec.put("port", port);
    spec.put("startupTimeoutSeconds", STARTUP_TIMEOUT_SECONDS);
    spec.put("drainSeconds", DRAIN.toSeconds());
  }

  private void hurry(ObjectNode spec, String name) {
    hurryStart(spec);
    if (spec.get("token") instanceof ObjectNode token) {
      spec.put("idleTimeoutSeconds", IDLE_TIMEOUT.toSeconds());
      token.remove("serviceAccount");
      token.put("renewBeforeSeconds", RENEW_BEFORE_SECONDS);
      token
          .putObject("secret")
          .put("name", tokenSecret(name))
          .put("tokenKey", Names.TOKEN_KEY)
          .put("expiresAtKey", EXPIRES_AT_KEY);
    }
    for (JsonNode container : spec.at("/podTemplate/spec/containers")) {
      ((ObjectNode) container)
          .withArray("env")
          .addObject()
          .put("name", "MCP_USER")
          .put("value", spec.get("user").asText());
    }
  }

  /** Name of the Secret that the session of that name takes its token from. */
  static String tokenSecret(String session) {
    return session + "-token";
  }
}
