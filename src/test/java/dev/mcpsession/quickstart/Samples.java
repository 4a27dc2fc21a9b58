package dev.mcpsession.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sessions of {@code config/samples}, sped up: what takes minutes there takes seconds here, and
 * a token comes from a Secret, because a TokenRequest gives it at least ten minutes.
 */
record Samples(KubernetesSerialization serialization, int port) {
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(15);
  static final Duration DRAIN = Duration.ofSeconds(2);
  static final String EXPIRES_AT_KEY = "expiresAt";

  private static final int STARTUP_TIMEOUT_SECONDS = 20;
  private static final int RENEW_BEFORE_SECONDS = 5;

  /** One per file, in the order of the files' names. */
  List<McpSession> load(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .map(this::hurried)
          .toList();
    }
  }

  private McpSession hurried(Path file) {
    JsonNode sample;
    try {
      sample = new ObjectMapper(new YAMLFactory()).readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file, e);
    }
    ObjectNode spec = (ObjectNode) sample.get("spec");
    spec.put("port", port);
    spec.put("startupTimeoutSeconds", STARTUP_TIMEOUT_SECONDS);
    if (spec.get("token") instanceof ObjectNode token) {
      spec.put("idleTimeoutSeconds", IDLE_TIMEOUT.toSeconds());
      spec.put("drainSeconds", DRAIN.toSeconds());
      token.remove("serviceAccount");
      token.put("renewBeforeSeconds", RENEW_BEFORE_SECONDS);
      token
          .putObject("secret")
          .put("name", tokenSecret(sample.at("/metadata/name").asText()))
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
    return serialization.convertValue(sample, McpSession.class);
  }

  /** Name of the Secret that the session of that name takes its token from. */
  static String tokenSecret(String session) {
    return session + "-token";
  }
}
