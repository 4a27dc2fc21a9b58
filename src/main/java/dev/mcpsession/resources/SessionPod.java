package dev.mcpsession.resources;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.PodTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backend Pod of one revision: the template, the token, and safe defaults for fields that the
 * template does not set.
 */
public final class SessionPod {
  /** Volume of the token Secret in every backend Pod that has a token. */
  static final String TOKEN_VOLUME = "mcp-session-token";

  private static final int READABLE_BY_ALL = 0444;
  private static final String BACKEND = "backend";

  private SessionPod() {}

  /**
   * The Pod to create for a revision.
   *
   * @param token what the revision's token Secret holds; null without a token source
   */
  public static Pod desired(
      SessionKey session,
      McpSessionSpec spec,
      int revision,
      Inputs inputs,
      @Nullable TokenInfo token) {
    return new PodBuilder()
        .withMetadata(metadata(session, spec, revision, inputs, token).build())
        .withSpec(podSpec(session, spec, revision, token != null))
        .build();
  }

  private static ObjectMetaBuilder metadata(
      SessionKey session,
      McpSessionSpec spec,
      int revision,
      Inputs inputs,
      @Nullable TokenInfo token) {
    PodTemplate template = spec.backend();
    ObjectMetaBuilder own = Child.metadata(session, revision);
    var metadata =
        Child.metadata(session, revision)
            .withLabels(template.labels())
            .addToLabels(own.getLabels())
            .withAnnotations(template.annotations())
            .addToAnnotations(Names.TEMPLATE_HASH, inputs.template())
            .addToAnnotations(Names.PORT, Integer.toString(spec.backendPort()));
    if (NodeDeparture.isInescapable(template.spec())) {
      metadata.addToLabels(Names.EVICTABLE_LABEL, "true");
    }
    if (inputs.restartedAt() != null) {
      metadata.addToAnnotations(Names.POD_RESTARTED_AT, inputs.restartedAt());
    }
    if (token != null) {
      metadata.addToAnnotations(Child.annotations(token));
    }
    return metadata;
  }

  private static PodSpec podSpec(
      SessionKey session, McpSessionSpec spec, int revision, boolean withToken) {
    PodSpec template = spec.backend().spec();
    boolean linux = template.getOs() == null || !"windows".equals(template.getOs().getName());
    var pod = new PodSpecBuilder(template);
    if (template.getAutomountServiceAccountToken() == null) {
      pod.withAutomountServiceAccountToken(false);
    }
    if (template.getEnableServiceLinks() == null) {
      pod.withEnableServiceLinks(false);
    }
    if (linux) {
      pod.withSecurityContext(securityContext(template.getSecurityContext()));
      pod.withInitContainers(
          template.getInitContainers().stream()
              .map(container -> initContainer(container, forbidsRoot(template)))
              .toList());
    }
    String backend = backendOf(template).map(Container::getName).orElse(BACKEND);
    pod.withContainers(
        template.getContainers().stream()
            .map(container -> linux ? confined(container) : container)
            .map(
                container ->
                    backend.equals(container.getName())
                        ? backend(container, session, spec, revision, withToken)
                        : container)
            .toList());
    if (withToken) {
      pod.addNewVolume()
          .withName(TOKEN_VOLUME)
          .withNewSecret()
          .withSecretName(Names.child(session.name(), revision))
          .withDefaultMode(READABLE_BY_ALL)
          .endSecret()
          .endVolume();
    }
    return pod.build();
  }

  /**
   * The container that speaks MCP: the one named {@code backend}, else the first; empty for a Pod
   * without any.
   */
  public static Optional<Container> backendOf(PodSpec template) {
    List<Container> containers = template.getContainers();
    return containers.stream()
        .filter(container -> BACKEND.equals(container.getName()))
        .findFirst()
        .or(() -> containers.stream().findFirst());
  }

  private static Container backend(
      Container container,
      SessionKey session,
      McpSessionSpec spec,
      int revision,
      boolean withToken) {
    var backend = new ContainerBuilder(container);
    if (container.getReadinessProbe() == null) {
      backend.withReadinessProbe(
          new ProbeBuilder()
              .withNewTcpSocket()
              .withPort(new IntOrString(spec.backendPort()))
              .endTcpSocket()
              .withPeriodSeconds(2)
              .withFailureThreshold(3)
              .build());
    }
    TokenSpec token = spec.token();
    if (withToken && token != null) {
      backend
          .addNewVolumeMount()
          .withName(TOKEN_VOLUME)
          .withMountPath(token.effectiveMountPath())
          .withReadOnly(true)
          .endVolumeMount();
      if (token.env() != null) {
        backend.addToEnv(
            new EnvVarBuilder()
                .withName(token.env())
                .withNewValueFrom()
                .withNewSecretKeyRef(Names.TOKEN_KEY, Names.child(session.name(), revision), false)
                .endValueFrom()
                .build());
      }
    }
    return backend.build();
  }

  private static PodSecurityContext securityContext(@Nullable PodSecurityContext template) {
    var context =
        template == null
            ? new PodSecurityContextBuilder()
            : new PodSecurityContextBuilder(template);
    if (context.getRunAsNonRoot() == null) {
      context.withRunAsNonRoot(true);
    }
    if (!context.hasSeccompProfile()) {
      context.withNewSeccompProfile().withType("RuntimeDefault").endSeccompProfile();
    }
    return context.build();
  }

  /** Whether the template itself, and not only our default, lets no container run as root. */
  private static boolean forbidsRoot(PodSpec template) {
    return template.getSecurityContext() != null
        && Boolean.TRUE.equals(template.getSecurityContext().getRunAsNonRoot());
  }

  /**
   * Gives an init container that asks for root what it asks for: those that prepare a volume need
   * it, and end before the backend begins. The runtime's capabilities come with it, without which
   * root could not even change the owner of a file.
   */
  private static Container initContainer(Container container, boolean rootIsForbidden) {
    SecurityContext own = container.getSecurityContext();
    boolean asksForRoot =
        own != null
            && Long.valueOf(0).equals(own.getRunAsUser())
            && own.getRunAsNonRoot() == null
            && !rootIsForbidden;
    if (!asksForRoot) {
      return confined(container);
    }
    boolean capabilities = own.getCapabilities() != null;
    Container root =
        new ContainerBuilder(container)
            .editSecurityContext()
            .withRunAsNonRoot(false)
            .endSecurityContext()
            .build();
    Container confined = confined(root);
    return capabilities
        ? confined
        : new ContainerBuilder(confined)
            .editSecurityContext()
            .withCapabilities(null)
            .endSecurityContext()
            .build();
  }

  /**
   * Leaves a privileged container as it is: the API server rejects one that forbids privilege
   * escalation, and one with CAP_SYS_ADMIN that does.
   */
  private static Container confined(Container container) {
    SecurityContext template = container.getSecurityContext();
    if (template != null && Boolean.TRUE.equals(template.getPrivileged())) {
      return container;
    }
    var context =
        template == null ? new SecurityContextBuilder() : new SecurityContextBuilder(template);
    boolean administers =
        template != null
            && template.getCapabilities() != null
            && template.getCapabilities().getAdd().contains("CAP_SYS_ADMIN");
    if (context.getAllowPrivilegeEscalation() == null && !administers) {
      context.withAllowPrivilegeEscalation(false);
    }
    if (!context.hasCapabilities()) {
      context.withNewCapabilities().withDrop("ALL").endCapabilities();
    }
    return new ContainerBuilder(container).withSecurityContext(context.build()).build();
  }
}
