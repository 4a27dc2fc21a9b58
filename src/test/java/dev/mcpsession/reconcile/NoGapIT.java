package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.sample.SampleBackendJar;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client of a session does not notice that its backend is replaced, with real Pods and Services.
 */
@ClusterTest
class NoGapIT {
  private static final int REPLACEMENTS = 20;
  private static final int PORT = 8080;
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofHours(1);

  private final Cluster cluster;

  NoGapIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @ParameterizedTest
  @EnumSource(names = {"TEMPLATE", "RESTART", "TOKEN"})
  void aReplacementLeavesNoMomentWithoutAReadyEndpointAndFailsNoConnection(Cause cause) {
    String name = "gap-" + cause.name().toLowerCase(Locale.ROOT);
    String namespace = cluster.namespace();
    try (var controller = new RunningController(cluster.client(), namespace);
        var endpoints = new EndpointWatch(cluster.client(), namespace, name)) {
      InetSocketAddress address = start(name, cause);
      await().atMost(SOON).until(endpoints::wasReady);
      await()
          .atMost(SOON)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> SteadyClient.ask(address).contains("200"));
      List<Duration> times = new ArrayList<>();
      SteadyClient client = new SteadyClient(address.getHostString(), PORT);
      try (client) {
        for (int i = 1; i <= REPLACEMENTS; i++) {
          times.add(replace(name, cause, i));
        }
        // Waits until the last one has stopped draining, too.
        await().atMost(SOON).until(() -> pods(name) == 1);
      }
      System.out.printf(
          "%d replacements with cause %s in %s ms; %d requests answered, %d errors;"
              + " %d changes of the EndpointSlice, %d without a ready endpoint%n",
          times.size(),
          cause.label(),
          times.stream().map(Duration::toMillis).toList(),
          client.answered(),
          client.errors().size(),
          endpoints.changes(),
          endpoints.gaps().size());
      assertThat(endpoints.gaps()).isEmpty();
      assertThat(client.errors()).isEmpty();
      assertThat(replacements(name, cause)).isEqualTo(REPLACEMENTS);
    } finally {
      cluster.sessions().withName(name).delete();
    }
  }

  /** The address of the session's Service, once it serves. */
  private InetSocketAddress start(String name, Cause cause) {
    var client = cluster.client();
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("backend")
                .withNamespace(cluster.namespace())
                .endMetadata()
                .addToBinaryData(
                    SampleBackendJar.KEY,
                    Base64.getEncoder().encodeToString(SampleBackendJar.bytes()))
                .build())
        .createOr(NonDeletingOperation::update);
    putToken(name, 0, cause == Cause.TOKEN ? SOON : LONG);
    cluster.sessions().resource(session(name)).create();
    await().atMost(SOON).until(() -> status(name) != null && status(name).podName() != null);
    String ip =
        client
            .services()
            .inNamespace(cluster.namespace())
            .withName(name)
            .get()
            .getSpec()
            .getClusterIP();
    return new InetSocketAddress(ip, PORT);
  }

  /** Returns the time until the next revision served. */
  private Duration replace(String name, Cause cause, int number) {
    Instant began = Instant.now();
    switch (cause) {
      case TEMPLATE ->
          patch(
              name,
              """
              {"spec": {"podTemplate": {"metadata": {"annotations": {"number": "%d"}}}}}\
              """
                  .formatted(number));
      case RESTART ->
          patch(
              name,
              """
              {"metadata": {"annotations": {"%s": "%s"}}}\
              """
                  .formatted(Names.RESTARTED_AT, began));
      case TOKEN -> putToken(name, number, SOON);
      default -> throw new IllegalArgumentException(cause.label());
    }
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> Integer.valueOf(number + 1).equals(status(name).revision()));
    return Duration.between(began, Instant.now());
  }

  private void patch(String name, String json) {
    MergePatch.apply(cluster.sessions().withName(name), json);
  }

  /** As the token's maintainer would: stores a new one long before the old one expires. */
  private void putToken(String name, int number, Duration life) {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name + "-source")
                .withNamespace(cluster.namespace())
                .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                .endMetadata()
                .addToStringData("token", "token number " + number)
                .addToStringData("expiresAt", Instant.now().plus(life).toString())
                .build())
        .createOr(NonDeletingOperation::update);
  }

  private McpSessionStatus status(String name) {
    return cluster.sessions().withName(name).get().getStatus();
  }

  private int pods(String name) {
    return cluster
        .client()
        .pods()
        .inNamespace(cluster.namespace())
        .withLabel(Names.SESSION_LABEL, name)
        .list()
        .getItems()
        .size();
  }

  private long replacements(String name, Cause cause) {
    return cluster
        .client()
        .v1()
        .events()
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getInvolvedObject().getName().equals(name))
        .filter(event -> event.getReason().equals("Replaced"))
        .filter(event -> event.getMessage().startsWith(cause.label() + ": "))
        .count();
  }

  private static McpSession session(String name) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s}
        spec:
          user: alice
          idleTimeoutSeconds: 0
          drainSeconds: 3
          port: %d
          token:
            renewBeforeSeconds: 10
            secret: {name: %s-source, tokenKey: token, expiresAtKey: expiresAt}
          podTemplate:
            spec: %s
        """
            .formatted(name, PORT, name, Serialization.asJson(backend())),
        McpSession.class);
  }

  private static PodSpec backend() {
    return new PodSpecBuilder(SampleBackendJar.podSpec("backend"))
        .editFirstContainer()
        .withNewReadinessProbe()
        .withNewHttpGet()
        .withPath("/healthz")
        .withPort(new IntOrString(PORT))
        .endHttpGet()
        .withPeriodSeconds(1)
        .endReadinessProbe()
        .endContainer()
        .build();
  }
}
