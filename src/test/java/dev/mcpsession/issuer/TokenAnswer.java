package dev.mcpsession.issuer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an issuer answered.
 *
 * @param body missing when it was not JSON
 */
public record TokenAnswer(int status, JsonNode body) {
  public String accessToken() {
    return text("access_token");
  }

  public String refreshToken() {
    return text("refresh_token");
  }

  /** Status, error code and description, in one string to compare. */
  public String failure() {
    return status + " " + text("error") + ": " + text("error_description");
  }

  /** Fails the test when there is none. */
  public String text(String field) {
    JsonNode value = body.path(field);
    if (!value.isTextual()) {
      throw new AssertionError("No " + field + " in " + this);
    }
    return value.asText();
  }
}
