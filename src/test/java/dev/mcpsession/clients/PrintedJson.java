package dev.mcpsession.clients;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON in what a program wrote. */
final class PrintedJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PrintedJson() {}

  static JsonNode lastLine(String output) {
    return parse(output.substring(output.strip().lastIndexOf('\n') + 1), output);
  }

  /** From the first brace on: before it are warnings. */
  static JsonNode whole(String output) {
    return parse(output.substring(Math.max(0, output.indexOf('{'))), output);
  }

  private static JsonNode parse(String json, String output) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON in:\n" + output, e);
    }
  }
}
