package dev.mcpsession.api;

import io.fabric8.kubernetes.api.model.ObjectMeta;

/** Identifies a session: the uid tells it from a predecessor of the same name. */
public record SessionKey(String namespace, String name, String uid) {
  /** The key of a session that the API server has stored. */
  public static SessionKey of(McpSession session) {
    ObjectMeta metadata = session.getMetadata();
    return new SessionKey(metadata.getNamespace(), metadata.getName(), metadata.getUid());
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
