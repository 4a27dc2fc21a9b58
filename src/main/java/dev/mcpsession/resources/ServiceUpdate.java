package dev.mcpsession.resources;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Changes a session's Service to what the session wants of it now, and leaves what others have set:
 * labels, annotations, further ports, and the application protocol unless the session names one.
 * Pure.
 */
public final class ServiceUpdate {
  private ServiceUpdate() {}

  /** The Service, pointing to a revision; see {@link SessionService#desired}. */
  public static Service pointed(
      Service current,
      SessionKey session,
      int revision,
      boolean byUid,
      int port,
      @Nullable String appProtocol) {
    Service desired = SessionService.desired(session, revision, byUid, port, appProtocol);
    ServicePort ours = port(current);
    ServicePort wanted = desired.getSpec().getPorts().getFirst();
    ServicePort updated =
        ours == null
            ? wanted
            : new ServicePortBuilder(ours)
                .withProtocol(wanted.getProtocol())
                .withPort(wanted.getPort())
                .withTargetPort(wanted.getTargetPort())
                .withAppProtocol(appProtocol(current, ours, appProtocol))
                .build();
    List<ServicePort> ports = new ArrayList<>();
    ports.add(updated);
    for (ServicePort other : current.getSpec().getPorts()) {
      // The API server refuses two ports of one number.
      if (!other.equals(ours) && !other.getPort().equals(port)) {
        ports.add(other);
      }
    }
    ServiceBuilder service =
        new ServiceBuilder(current)
            .editSpec()
            .withSelector(desired.getSpec().getSelector())
            .withPorts(ports)
            .endSpec();
    return appProtocol == null
        ? service.editMetadata().removeFromAnnotations(Names.APP_PROTOCOL).endMetadata().build()
        : service
            .editMetadata()
            .addToAnnotations(Names.APP_PROTOCOL, appProtocol)
            .endMetadata()
            .build();
  }

  private static @Nullable String appProtocol(
      Service current, ServicePort ours, @Nullable String wanted) {
    boolean setByUs = Objects.equals(setByUs(current), ours.getAppProtocol());
    return wanted != null || setByUs ? wanted : ours.getAppProtocol();
  }

  /** The number on which our port listens and to which it forwards; null if these differ. */
  public static @Nullable Integer plainPort(Service service) {
    ServicePort ours = port(service);
    IntOrString target = ours == null ? null : ours.getTargetPort();
    return ours != null && target != null && ours.getPort().equals(target.getIntVal())
        ? ours.getPort()
        : null;
  }

  /**
   * The application protocol that our port has from the session's spec.
   *
   * @return null if the spec named none when the Service was written; empty if it did, and somebody
   *     has changed the port since
   */
  public static @Nullable String appProtocol(Service service) {
    String set = setByUs(service);
    ServicePort ours = port(service);
    return set == null || (ours != null && set.equals(ours.getAppProtocol())) ? set : "";
  }

  private static @Nullable String setByUs(Service service) {
    Map<String, String> annotations = service.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Names.APP_PROTOCOL);
  }

  /** Our port: the one of our name, or the only one; null if there is none. */
  private static @Nullable ServicePort port(Service service) {
    List<ServicePort> ports = service.getSpec().getPorts();
    return ports.stream()
        .filter(port -> SessionService.PORT_NAME.equals(port.getName()))
        .findFirst()
        .orElse(ports.size() == 1 ? ports.getFirst() : null);
  }
}
