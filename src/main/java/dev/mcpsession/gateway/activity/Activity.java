package dev.mcpsession.gateway.activity;

import dev.mcpsession.gateway.session.Backend;

/** Takes notice of use, and reports it to the operator. All methods return at once. */
public interface Activity {
  /** A client's bytes came in for this session. */
  void used(Backend backend);

  /** A stream or request of this session begins; close it when it has ended. */
  Presence begun(Backend backend, boolean stream);

  /** One stream or request while it lasts. */
  interface Presence extends AutoCloseable {
    /** The client's side has acknowledged bytes since: counts as use where streams count. */
    void acknowledged();

    @Override
    void close();
  }
}
