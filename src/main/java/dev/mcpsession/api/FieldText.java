package dev.mcpsession.api;

/** Descriptions of the fields that a session has in common with the session of a template. */
final class FieldText {
  private FieldText() {}

  static final String IDLE_TIMEOUT =
      "Seconds without use after which the session is idle. Default 900 (15 minutes); 0: never"
          + " idle.";

  static final String MAX_LIFETIME =
      "Seconds from its creation after which the session is deleted, used or not, suspended or not."
          + " Default: no limit.";

  static final String ON_IDLE =
      "What happens once the session is idle. Delete: the session and all its objects are deleted."
          + " Suspend: its backend is deleted, the session stays, and activity resumes it.";

  static final String DELETE_AFTER_IDLE =
      "Seconds without use after which a session is deleted that was suspended because it was idle"
          + " (onIdle Suspend), counted like idleTimeoutSeconds; 0: never.";

  static final String STARTUP_TIMEOUT =
      "Seconds that a backend may take to become Ready, counted from the start of the container of"
          + " its Pod that starts last, or from the Pod being scheduled if a container failed."
          + " While an image is being pulled, three times as many, counted from the Pod being"
          + " scheduled. A serving backend that is not Ready for startupTimeoutSeconds is replaced."
          + " Default 120.";

  static final String DRAIN =
      "Seconds that the old backend keeps running after a new one has taken over, to finish"
          + " requests in flight; 0: it is stopped at once. With replacement Recreate, the most"
          + " that it gets to finish them after it was told to stop.";

  static final String REPLACEMENT =
      "How a backend is replaced. Surge (the default): the new one is Ready before the old one"
          + " stops. Recreate: the old one is gone before the new one is made, and the session is"
          + " interrupted; for what two Pods cannot share, such as ReadWriteOncePod volumes and"
          + " host ports.";

  static final String PORT = "TCP port on which the backend listens. Default 8080.";

  static final String PATH =
      "Path of the MCP endpoint on the backend, used for status.endpoint. Begins with a slash."
          + " Default /mcp.";

  static final String SERVICE =
      "true: a ClusterIP Service named like the session always points to the backend that serves."
          + " false: there is none, and clients use status.endpoint.";

  static final String SERVICE_APP_PROTOCOL =
      "Application protocol of the Service's port (appProtocol), by which gateways find MCP"
          + " servers, such as agentgateway.dev/mcp or kgateway.dev/mcp. A change replaces nothing."
          + " Default: none, and what others set on the Service stays.";

  static final String POD_TEMPLATE =
      "The backend Pod. A change replaces the backend, as replacement says.";

  static final String TOKEN =
      "Where the user's upstream token comes from and how the backend gets it. Default: the backend"
          + " gets no token.";
}
