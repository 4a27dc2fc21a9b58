package dev.mcpsession.simulation.model;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Deletes the objects of sessions and templates that no longer exist, at any later time. */
public final class GarbageCollector {
  private final ModelApiServer server;

  public GarbageCollector(ModelApiServer server) {
    this.server = server;
  }

  /** One deletion for each object that is due. */
  public List<Runnable> work() {
    return Stream.of(server.pods, server.secrets, server.services, server.sessions)
        .flatMap(kind -> kind.all().stream().filter(this::isDangling).map(o -> deletion(kind, o)))
        .toList();
  }

  private Runnable deletion(ModelKind<?> kind, HasMetadata object) {
    return () -> server.delete(kind, Truth.name(object), Truth.uid(object), null);
  }

  private boolean isDangling(HasMetadata object) {
    return Truth.isLive(object)
        && object.getMetadata().getOwnerReferences().stream().anyMatch(this::isGone);
  }

  private boolean isGone(OwnerReference owner) {
    return switch (owner.getKind()) {
      case "McpSession" -> server.sessionOf(owner.getUid()) == null;
      case "McpSessionTemplate" ->
          server.templates.all().stream()
              .noneMatch(template -> Objects.equals(Truth.uid(template), owner.getUid()));
      default -> false;
    };
  }
}
