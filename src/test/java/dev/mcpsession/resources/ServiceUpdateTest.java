package dev.mcpsession.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A Service is pointed to another revision without a loss of what others set on it. */
class ServiceUpdateTest {
  private static final SessionKey ALICE = new SessionKey("team", "alice", "uid-1");
  private static final String MCP = "agentgateway.dev/mcp";

  @Test
  void whatOthersSetSurvives() {
    Service service =
        new ServiceBuilder(withMetrics(made(null)))
            .editMetadata()
            .addToLabels("team", "a")
            .addToAnnotations("service.example/weight", "3")
            .endMetadata()
            .editSpec()
            .withSessionAffinity("ClientIP")
            .editFirstPort()
            .withAppProtocol("kgateway.dev/mcp")
            .withNodePort(30080)
            .endPort()
            .endSpec()
            .build();
    Service pointed = pointed(service, 2, 8081, null);
    assertThat(pointed.getMetadata()).isEqualTo(service.getMetadata());
    assertThat(pointed.getSpec().getSelector()).containsEntry("mcpsession.dev/revision", "2");
    assertThat(pointed.getSpec().getPorts())
        .containsExactly(
            new ServicePortBuilder(service.getSpec().getPorts().getFirst())
                .withPort(8081)
                .withNewTargetPort(8081)
                .build(),
            service.getSpec().getPorts().getLast());
    assertThat(pointed.getSpec().getSessionAffinity()).isEqualTo("ClientIP");
    assertThat(ServiceUpdate.plainPort(pointed)).isEqualTo(8081);
  }

  @Test
  void whatIsAsWantedIsNotChanged() {
    for (String appProtocol : new String[] {null, MCP}) {
      assertThat(pointed(made(appProtocol), 1, 8080, appProtocol)).isEqualTo(made(appProtocol));
    }
  }

  @Test
  void theProtocolOfTheSpecIsSetAndTakenBack() {
    Service set = pointed(made(null), 1, 8080, MCP);
    assertThat(port(set).getAppProtocol()).isEqualTo(MCP);
    assertThat(ServiceUpdate.appProtocol(set)).isEqualTo(MCP);
    Service other = pointed(set, 1, 8080, "kgateway.dev/mcp");
    assertThat(port(other).getAppProtocol()).isEqualTo("kgateway.dev/mcp");
    Service back = pointed(other, 1, 8080, null);
    assertThat(port(back).getAppProtocol()).isNull();
    assertThat(ServiceUpdate.appProtocol(back)).isNull();
    assertThat(back).isEqualTo(made(null));
  }

  @Test
  void theProtocolOfTheSpecWinsOverThatOfOthers() {
    Service changed = withAppProtocol(made(MCP), "http");
    assertThat(ServiceUpdate.appProtocol(changed)).isEmpty();
    assertThat(port(pointed(changed, 1, 8080, MCP)).getAppProtocol()).isEqualTo(MCP);
    assertThat(port(pointed(changed, 1, 8080, null)).getAppProtocol()).isEqualTo("http");
    assertThat(ServiceUpdate.appProtocol(withAppProtocol(made(null), "http"))).isNull();
  }

  @Test
  void ourPortIsFoundByItsNameElseIfItIsTheOnlyOne() {
    Service renamed = withPort(made(null), port -> port.setName("http"));
    assertThat(ServiceUpdate.plainPort(renamed)).isEqualTo(8080);
    assertThat(port(pointed(renamed, 2, 8081, null)).getName()).isEqualTo("http");
    Service foreign = withMetrics(renamed);
    assertThat(ServiceUpdate.plainPort(foreign)).isNull();
    assertThat(pointed(foreign, 2, 8080, null).getSpec().getPorts())
        .extracting(ServicePort::getName)
        .containsExactly("mcp", "metrics");
  }

  @Test
  void aPortThatForwardsElsewhereIsNotPlain() {
    Service moved = withPort(made(null), port -> port.setTargetPort(new IntOrString("http")));
    assertThat(ServiceUpdate.plainPort(moved)).isNull();
    assertThat(pointed(moved, 1, 8080, null)).isEqualTo(made(null));
  }

  private static Service made(@Nullable String appProtocol) {
    return SessionService.desired(ALICE, 1, true, 8080, appProtocol);
  }

  private static Service pointed(
      Service service, int revision, int port, @Nullable String appProtocol) {
    return ServiceUpdate.pointed(service, ALICE, revision, true, port, appProtocol);
  }

  private static Service withAppProtocol(Service service, String appProtocol) {
    return withPort(service, port -> port.setAppProtocol(appProtocol));
  }

  /** A copy whose first port is changed. */
  private static Service withPort(Service service, Consumer<ServicePort> change) {
    Service copy = new ServiceBuilder(service).build();
    change.accept(port(copy));
    return copy;
  }

  /** A copy with a second port. */
  private static Service withMetrics(Service service) {
    return new ServiceBuilder(service)
        .editSpec()
        .addNewPort()
        .withName("metrics")
        .withPort(9090)
        .endPort()
        .endSpec()
        .build();
  }

  private static ServicePort port(Service service) {
    return service.getSpec().getPorts().getFirst();
  }
}
