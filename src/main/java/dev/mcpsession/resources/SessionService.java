package dev.mcpsession.resources;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.SessionKey;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ClusterIP Service that is named like its session and points to one revision. */
public final class SessionService {
  /** The name of the Service's port. */
  static final String PORT_NAME = "mcp";

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private SessionService() {}

  /**
   * The Service that points to a revision.
   *
   * @param byUid whether the revision's Pod is selected by its session's uid too
   * @param port of that revision, on which the Service itself listens as well
   * @param appProtocol application protocol of the port; null: none is named
   */
  public static Service desired(
      SessionKey session, int revision, boolean byUid, int port, @Nullable String appProtocol) {
    ObjectMetaBuilder metadata = Child.metadata(session, session.name());
    if (appProtocol != null) {
      metadata.addToAnnotations(Names.APP_PROTOCOL, appProtocol);
    }
    return new ServiceBuilder()
        .withMetadata(metadata.build())
        .withNewSpec()
        .withType("ClusterIP")
        .withSelector(selector(session, revision, byUid))
        .addNewPort()
        .withName(PORT_NAME)
        .withProtocol("TCP")
        .withAppProtocol(appProtocol)
        .withPort(port)
        .withTargetPort(new IntOrString(port))
        .endPort()
        .endSpec()
        .build();
  }

  /**
   * The labels of a revision's Pod. Without the uid they may fit a Pod of an earlier session of the
   * same name that is not collected yet.
   */
  private static Map<String, String> selector(SessionKey session, int revision, boolean byUid) {
    Map<String, String> selector = new LinkedHashMap<>();
    selector.put(Names.SESSION_LABEL, session.name());
    selector.put(Names.REVISION_LABEL, Integer.toString(revision));
    if (byUid) {
      selector.put(Names.SESSION_UID_LABEL, session.uid());
    }
    return selector;
  }

  /** What a selector selects; null if that is not a revision of the session. */
  public static @Nullable Selected selected(
      @Nullable Map<String, String> selector, SessionKey session) {
    Matcher number =
        NUMBER.matcher(selector == null ? "" : selector.getOrDefault(Names.REVISION_LABEL, ""));
    if (selector == null || !number.matches()) {
      return null;
    }
    Selected selected =
        new Selected(
            Integer.parseInt(number.group()), selector.containsKey(Names.SESSION_UID_LABEL));
    return selector.equals(selector(session, selected.revision(), selected.byUid()))
        ? selected
        : null;
  }

  /**
   * The Pod that a Service leads to.
   *
   * @param byUid whether it is selected by its session's uid too; earlier versions did not
   */
  public record Selected(int revision, boolean byUid) {}
}
