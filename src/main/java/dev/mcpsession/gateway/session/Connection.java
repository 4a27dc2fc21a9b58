package dev.mcpsession.gateway.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.McpResource;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A legacy MCP session id that a client holds: a light handle on its user's session, stored as an
 * McpConnection.
 *
 * @param name of the object: derived from the id, which is stored nowhere
 * @param uid of the object
 * @param session the session at the time of its creation
 * @param ownerHash as in the object
 * @param protocolVersion that was agreed on
 * @param initialize the parameters that the client sent, for binding it anew
 * @param binding the backend session that it stands for now
 * @param previous the one that it stood for before; empty: there was none
 * @param preferences that each later backend has to be told
 * @param resourceVersion of the object that this was read from
 */
public record Connection(
    String name,
    String uid,
    McpResource resource,
    SessionKey session,
    String ownerHash,
    String protocolVersion,
    JsonNode initialize,
    Binding binding,
    Optional<Binding> previous,
    Preferences preferences,
    String resourceVersion) {

  /**
   * Where the id leads.
   *
   * @param session at the session's backend
   * @param backendSessionId the id that the backend gave; empty: it keeps no sessions
   * @param endpoint of the MCP server in it; empty: not known, since an earlier version of the
   *     gateway wrote the binding
   */
  public record Binding(
      Incarnation session, Optional<String> backendSessionId, Optional<URI> endpoint) {
    /** The first one at the backend of this revision. */
    public Binding(int revision, Optional<String> backendSessionId, Optional<URI> endpoint) {
      this(Incarnation.first(revision), backendSessionId, endpoint);
    }

    /** Of the session's backend. */
    public int revision() {
      return session.revision();
    }

    /** What takes its place. */
    public Binding next(Backend backend, Optional<String> itsSessionId) {
      return new Binding(
          session.next(backend.revision()), itsSessionId, Optional.of(backend.endpoint()));
    }

    /**
     * Where the backend is: a binding that does not say so knows it of the backend that serves.
     *
     * @param serving the session's backend now
     */
    public Optional<URI> endpoint(Backend serving) {
      return endpoint.or(
          () ->
              serving.revision() == revision()
                  ? Optional.of(serving.endpoint())
                  : Optional.empty());
    }

    @Override
    public String toString() {
      return "revision " + session.text(); // the id is a credential of the backend
    }
  }

  /** The backend session at this revision; the first one if the connection has led to none. */
  public Incarnation at(int revision) {
    return Stream.concat(Stream.of(binding), previous.stream())
        .map(Binding::session)
        .filter(it -> it.revision() == revision)
        .findFirst()
        .orElseGet(() -> Incarnation.first(revision));
  }

  /** Without what the client sent. */
  @Override
  public String toString() {
    return "connection " + session.namespace() + "/" + name;
  }
}
