package dev.mcpsession.load;

import dev.mcpsession.replicas.GatewayReplicas.Replica;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that has ended.
 *
 * @param key of its effect
 * @param replica that answered it, or should have
 * @param error what the client was told, or what it saw of the connection; null: all went well
 */
public record LoadCall(
    String key,
    LoadUser user,
    Replica replica,
    Instant begun,
    Duration took,
    @Nullable String error) {
  public boolean hasFailed() {
    return error != null;
  }

  public Instant ended() {
    return begun.plus(took);
  }

  @Override
  public String toString() {
    return "%s of %s (%s) at port %d from %s, %d ms: %s"
        .formatted(
            key,
            user.template(),
            user.era(),
            replica.port(),
            begun,
            took.toMillis(),
            error == null ? "ok" : error);
  }
}
