package dev.mcpsession.resources;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;

/** The ClusterIP Service that is named like its session and points to one revision. */
public final class SessionService {
  private SessionService() {}

  /**
   * The Service that points to a revision.
   *
   * @param port of that revision, on which the Service itself listens as well
   */
  public static Service desired(SessionKey session, int revision, int port) {
    return new ServiceBuilder()
        .withMetadata(Child.metadata(session, session.name()).build())
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(selector(session, revision))
        .addNewPort()
        .withName("mcp")
        .withProtocol("TCP")
        .withPort(port)
        .withTargetPort(new IntOrString(port))
        .endPort()
        .endSpec()
        .build();
  }

  public static Map<String, String> selector(SessionKey session, int revision) {
    return Map.of(
        Names.SESSION_LABEL, session.name(), Names.REVISION_LABEL, Integer.toString(revision));
  }
}
