package dev.mcpsession.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the sample backend answers to MCP requests, apart from how they reach it. */
final class McpAnswers {
  /** Revisions of the MCP specification that are spoken here, newest first. */
  static final List<String> PROTOCOLS = List.of("2025-11-25", "2025-06-18", "2025-03-26");

  // Of JSON-RPC 2.0.
  static final int PARSE_ERROR = -32700;
  static final int INVALID_REQUEST = -32600;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INVALID_PARAMS = -32602;

  private final Map<String, String> env;

  McpAnswers(Map<String, String> env) {
    this.env = env;
  }

  /** Of the environment; where it is absent or empty, the other one. */
  String setting(String name, String otherwise) {
    String value = env.get(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /**
   * The answer to a request; an error as JSON-RPC 2.0 defines it where it makes no sense.
   *
   * @param id the request's, of any JSON type, null too
   * @param method likewise
   * @param params null if the request has none
   */
  Map<String, Object> answer(Object id, Object method, Object params) {
    if (!(id instanceof String || id instanceof Number) || !(method instanceof String name)) {
      return error(null, INVALID_REQUEST, "id must be a string or a number, method a string");
    }
    Map<?, ?> arguments = params instanceof Map<?, ?> map ? map : Map.of();
    return switch (name) {
      case "initialize" -> result(id, initialize(arguments.get("protocolVersion")));
      case "ping" -> result(id, Map.of());
      case "tools/list" -> result(id, Map.of("tools", List.of(whoamiTool())));
      case "tools/call" ->
          "whoami".equals(arguments.get("name"))
              ? result(id, whoami())
              : error(id, INVALID_PARAMS, "the only tool is whoami");
      default -> error(id, METHOD_NOT_FOUND, "no such method: " + method);
    };
  }

  private static Map<String, Object> initialize(Object wanted) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("protocolVersion", PROTOCOLS.contains(wanted) ? wanted : PROTOCOLS.getFirst());
    result.put("capabilities", Map.of("tools", Map.of()));
    result.put("serverInfo", Map.of("name", "mcpsession-sample", "version", "1"));
    return result;
  }

  private static Map<String, Object> whoamiTool() {
    return Map.of(
        "name", "whoami",
        "description", "Says whose backend this is, on which host, and how old its token is.",
        "inputSchema", Map.of("type", "object", "properties", Map.of()));
  }

  private Map<String, Object> whoami() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("user", setting("MCP_USER", System.getProperty("user.name", "unknown")));
    facts.put("host", host());
    Path token = Path.of(setting("TOKEN_FILE", "/var/run/secrets/mcpsession.dev/token"));
    try {
      Instant modified = Files.getLastModifiedTime(token).toInstant();
      byte[] value = Files.readAllBytes(token);
      facts.put("tokenModified", modified.toString());
      facts.put("tokenLength", value.length);
      facts.put("tokenFingerprint", fingerprint(value));
    } catch (IOException e) {
      facts.put("tokenModified", null);
    }
    StringBuilder text = new StringBuilder();
    facts.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return Map.of(
        "content",
        List.of(Map.of("type", "text", "text", text.toString())),
        "structuredContent",
        facts);
  }

  private String host() {
    try {
      return setting("HOSTNAME", InetAddress.getLocalHost().getHostName());
    } catch (IOException e) {
      return setting("HOSTNAME", "unknown");
    }
  }

  /** Tells two tokens apart without saying anything of use about either: 32 bits of the SHA-256. */
  private static String fingerprint(byte[] token) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token);
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static Map<String, Object> result(Object id, Object result) {
    return Map.of("jsonrpc", "2.0", "id", id, "result", result);
  }

  /**
   * An error as JSON-RPC 2.0 defines it.
   *
   * @param id null when it cannot be told
   */
  static Map<String, Object> error(Object id, int code, String message) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("jsonrpc", "2.0");
    answer.put("id", id);
    answer.put("error", Map.of("code", code, "message", message));
    return answer;
  }
}
