package dev.mcpsession.api;

/** Which session: the uid tells one from a predecessor of the same name. */
public record SessionKey(String namespace, String name, String uid) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
