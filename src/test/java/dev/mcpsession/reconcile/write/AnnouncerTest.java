package dev.mcpsession.reconcile.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.EvictionReason;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.SessionEvent;
import dev.mcpsession.plan.observed.FailingWrite;
import dev.mcpsession.reconcile.memory.RepeatedWarnings;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnouncerTest {
  private final Map<String, Event> stored = new LinkedHashMap<>();
  private final List<String> writes = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-21T09:30:00Z");
  private boolean failing;
  private boolean expiring;

  private final ClusterApi api =
      (ClusterApi)
          Proxy.newProxyInstance(
              ClusterApi.class.getClassLoader(),
              new Class<?>[] {ClusterApi.class},
              (proxy, method, arguments) -> answer(method.getName(), arguments));
  private final Announcer announcer =
      new Announcer(api, new SessionMetrics(new SimpleMeterRegistry()), () -> now);
  private final McpSession session = new McpSession();
  private final RepeatedWarnings warnings = new RepeatedWarnings();

  AnnouncerTest() {
    session.setMetadata(
        new ObjectMetaBuilder().withNamespace("team").withName("alice").withUid("uid-1").build());
  }

  private Object answer(String method, Object[] arguments) {
    if (failing) {
      throw new KubernetesClientException("unavailable", 503, null);
    }
    switch (method) {
      case "createEvent" -> {
        Event event = (Event) arguments[0];
        if (stored.putIfAbsent(event.getMetadata().getName(), event) != null) {
          throw new KubernetesClientException("exists", 409, null);
        }
        writes.add(method);
      }
      case "replaceEvent" -> writes.add(method);
      case "readEvent" -> {
        if (expiring) {
          stored.clear();
        }
        return stored.get((String) arguments[1]);
      }
      default -> throw new AssertionError(method);
    }
    return null;
  }

  @Test
  void aWarningThatRepeatsIsOneEventWrittenAtMostEveryFiveMinutes() {
    for (int i = 0; i < 10; i++) {
      announcer.announce(session, new SessionEvent.TokenIssueFailed("try " + i), warnings);
      now = now.plusSeconds(20);
    }
    assertThat(writes).containsExactly("createEvent");
    now = Instant.parse("2026-11-21T09:35:00Z");
    announcer.announce(session, new SessionEvent.TokenIssueFailed("try 11"), warnings);
    assertThat(writes).containsExactly("createEvent", "replaceEvent");
    assertThat(stored.values())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getCount()).isEqualTo(11);
              assertThat(event.getMessage()).isEqualTo("try 11");
              assertThat(event.getType()).isEqualTo("Warning");
              assertThat(event.getReason()).isEqualTo("TokenIssueFailed");
            });
  }

  @Test
  void whatIsSaidOnlyOnceIsWrittenSoonAfterAWarningOfTheSameReason() {
    announcer.announce(session, new SessionEvent.AttemptFailed(Cause.NODE, "timed out"), warnings);
    now = now.plusSeconds(130);
    announcer.announce(
        session, new SessionEvent.NotScheduled(Cause.NODE, "alice-2", "no node"), warnings);
    announcer.announce(
        session, new SessionEvent.NotScheduled(Cause.NODE, "alice-2", "again"), warnings);
    assertThat(writes).containsExactly("createEvent", "replaceEvent");
    assertThat(stored.values())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getCount()).isEqualTo(2);
              assertThat(event.getMessage()).isEqualTo("no node");
              assertThat(event.getReason()).isEqualTo("ReplaceFailed");
            });
    announcer.announce(
        session, new SessionEvent.NotScheduled(Cause.START, "alice-3", "none"), warnings);
    assertThat(stored.values())
        .extracting(Event::getReason)
        .containsExactly("ReplaceFailed", "StartFailed");
  }

  @Test
  void aRequestThatKeepsFailingIsToldSoonAfterAWarningOfTheSameReason() {
    announcer.announce(
        session, new SessionEvent.NotScheduled(Cause.NODE, "alice-2", "no node"), warnings);
    now = now.plusSeconds(30);
    SessionEvent failing =
        new SessionEvent.WriteFailed(FailingWrite.Kind.WRITE_STATUS, true, "webhook");
    announcer.announce(session, failing, warnings);
    announcer.announce(session, failing, warnings);
    announcer.announce(
        session,
        new SessionEvent.WriteFailed(FailingWrite.Kind.CHANGE_SERVICE, true, "another"),
        warnings);
    assertThat(writes).containsExactly("createEvent", "replaceEvent", "replaceEvent");
    assertThat(stored.values())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getCount()).isEqualTo(4);
              assertThat(event.getMessage()).isEqualTo("another");
            });
  }

  @Test
  void warningsOfOtherReasonsAreCountedApart() {
    announcer.announce(session, new SessionEvent.TokenIssueFailed("a"), warnings);
    announcer.announce(session, new SessionEvent.AttemptFailed(Cause.START, "b"), warnings);
    announcer.announce(session, new SessionEvent.AttemptFailed(Cause.TOKEN, "c"), warnings);
    assertThat(stored.values())
        .extracting(Event::getReason)
        .containsExactly("TokenIssueFailed", "StartFailed", "ReplaceFailed");
  }

  @Test
  void whatGoesWellIsOneEventEachTime() {
    announcer.announce(
        session, new SessionEvent.Started(false, Duration.ofSeconds(3), "serves"), warnings);
    now = now.plusSeconds(1);
    announcer.announce(
        session, new SessionEvent.Started(true, Duration.ofSeconds(3), "serves again"), warnings);
    now = now.plusSeconds(1);
    announcer.announce(
        session, new SessionEvent.Evicted(EvictionReason.Idle, now, "idle"), warnings);
    assertThat(stored.values())
        .extracting(Event::getReason, Event::getType)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Ready", "Normal"),
            org.assertj.core.groups.Tuple.tuple("Resumed", "Normal"),
            org.assertj.core.groups.Tuple.tuple("Evicted", "Normal"));
  }

  @Test
  void anEventThatCannotBeWrittenHoldsNothingUp() {
    failing = true;
    announcer.announce(session, new SessionEvent.TokenIssueFailed("a"), warnings);
    announcer.announce(session, new SessionEvent.Suspended("b"), warnings);
    assertThat(writes).isEmpty();
  }

  @Test
  void aWarningThatCouldNotBeWrittenIsWrittenWhenItComesUpAgain() {
    failing = true;
    assertThat(announcer.announce(session, new SessionEvent.TokenIssueFailed("a"), warnings))
        .isEqualTo(Announcer.Result.DROPPED);
    failing = false;
    now = now.plusSeconds(10);
    assertThat(announcer.announce(session, new SessionEvent.TokenIssueFailed("b"), warnings))
        .isEqualTo(Announcer.Result.WRITTEN);
    assertThat(stored.values()).extracting(Event::getMessage).containsExactly("b");
  }

  @Test
  void anEventThatExpiresBeforeItIsRepeatedIsMadeAnew() {
    announcer.announce(session, new SessionEvent.TokenIssueFailed("a"), warnings);
    now = now.plus(Duration.ofHours(1));
    expiring = true;
    announcer.announce(session, new SessionEvent.TokenIssueFailed("b"), warnings);
    assertThat(writes).containsExactly("createEvent", "createEvent");
    assertThat(stored.values()).extracting(Event::getMessage).containsExactly("b");
  }

  @Test
  void aLongMessageIsCutToWhatAnEventMayHold() {
    announcer.announce(session, new SessionEvent.NameConflict("x".repeat(5000)), warnings);
    assertThat(stored.values()).allMatch(event -> event.getMessage().length() == 1024);
  }
}
