package dev.mcpsession.gateway.simulation;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.Backend;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Optional;

/** A session at the API server, at one version of it. */
record SessionObject(
    SessionKey key,
    String user,
    long version,
    boolean suspended,
    boolean deleting,
    boolean gone,
    Optional<Backend> serving) {

  SessionObject serving(Optional<Backend> backend) {
    return new SessionObject(key, user, version + 1, suspended, deleting, gone, backend);
  }

  SessionObject suspended(boolean now) {
    return new SessionObject(key, user, version + 1, now, deleting, gone, Optional.empty());
  }

  SessionObject deleted(boolean now) {
    return new SessionObject(key, user, version + 1, suspended, true, now, Optional.empty());
  }

  /** As the caches hold it. */
  McpSession object() {
    McpSession session = new McpSession();
    session.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(key.namespace())
            .withName(key.name())
            .withUid(key.uid())
            .withDeletionTimestamp(deleting ? "2026-11-27T09:00:00Z" : null)
            .build());
    return session;
  }
}
