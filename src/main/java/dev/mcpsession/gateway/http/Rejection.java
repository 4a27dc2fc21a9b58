package dev.mcpsession.gateway.http;

/**
 * What the gateway turns requests away for before it looks for a session: the values of the label
 * {@code reason} of {@code mcpsession_gateway_rejected_total}.
 */
public enum Rejection {
  /** Host is not allowed (421). */
  HOST("host"),
  /** Origin is not allowed (403). */
  ORIGIN("origin"),
  /** The request line or the headers are too long (431). */
  HEADERS("headers"),
  /** The body is too long (413). */
  BODY("body"),
  /** The client sends its headers or its body too slowly (408). */
  SLOW("slow"),
  /** This replica has as many connections as it may have; there is no answer. */
  CONNECTIONS("connections"),
  /** The user has as many requests under way as one may have (429). */
  REQUESTS("requests"),
  /** The user has as many streams as one may have (429). */
  STREAMS("streams"),
  /** More new sessions a second than allowed (503). */
  NEW_SESSIONS("new_sessions"),
  /** The user has as many legacy session ids as one may have, all of them young (429). */
  SESSION_IDS("session_ids");

  private final String label;

  Rejection(String label) {
    this.label = label;
  }

  /** The label's value. */
  public String label() {
    return label;
  }
}
