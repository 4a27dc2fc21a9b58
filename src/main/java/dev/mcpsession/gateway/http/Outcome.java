package dev.mcpsession.gateway.http;

import java.util.Locale;

/** How a request ended, as metrics say it. */
public enum Outcome {
  OK,
  CLIENT_ERROR,
  UNAUTHORIZED,
  FORBIDDEN,
  NOT_FOUND,
  LIMITED,
  BACKEND_ERROR,
  UNAVAILABLE,
  CANCELLED;

  /** As the label's value. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * By the status of the answer.
   *
   * @param fromBackend whether the backend gave it, rather than the gateway
   */
  public static Outcome of(int status, boolean fromBackend) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 429 -> LIMITED;
      case 503 -> fromBackend ? BACKEND_ERROR : UNAVAILABLE;
      default -> status < 400 ? OK : status < 500 ? CLIENT_ERROR : BACKEND_ERROR;
    };
  }
}
