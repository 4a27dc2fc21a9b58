package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.replicas.Installation;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Many clients at once on two replicas: a user has one session and one Pod however often a client
 * initializes, and no user is lost.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StormIT {
  private static final int INITIALIZES = 100;
  private static final int USERS = 200;
  private static final int FORGED = 10_000;
  private static final int CONNECTIONS = 32;
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/list\"}";

  /** Before it is over, no connection gives way to another. */
  private static final Duration YOUNG = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Installation all;

  StormIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void start() throws Exception {
    all = Installation.start(cluster);
    all.offerInRealPods("one");
    all.offer("many", "drainSeconds: 10");
  }

  @AfterAll
  void stop() throws Exception {
    threads.shutdownNow();
    all.close();
  }

  @Test
  void aHundredInitializesOfOneUserMakeOneSessionAndOnePodAndAllClientsGoOn() throws Exception {
    try (McpHttp alice = all.client("alice", "one")) {
      // A client that speaks both eras asks for the new one first.
      Answer probe =
          alice.post(
              all.endpoint("one", 0),
              null,
              """
              {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{}}
              """);
      assertThat(probe.status()).isLessThan(500);
      List<Answer> answers = atOnce(INITIALIZES, i -> alice.initialize(all.endpoint("one", i)));
      Set<String> ids = new HashSet<>();
      for (Answer answer : answers) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        ids.add(answer.sessionId().orElseThrow());
      }
      assertThat(ids).hasSize(INITIALIZES);
      assertThat(all.sessions("one")).hasSize(1);
      assertThat(all.pods("one")).hasSize(1);

      List<String> made = List.copyOf(ids);
      // Each goes on, and on the other replica than the one that made it, half of the time.
      for (Answer answer :
          atOnce(INITIALIZES, i -> alice.post(all.endpoint("one", i), made.get(i), LIST))) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      }
      assertThat(connections("one")).hasSize(INITIALIZES);

      Instant old = Instant.now().plus(YOUNG);
      await().atMost(YOUNG.plusSeconds(20)).until(() -> Instant.now().isAfter(old));
      assertThat(alice.initialize(all.endpoint("one", 0)).status()).isEqualTo(200);
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(connections("one")).hasSize(CONNECTIONS));
      assertThat(all.sessions("one")).hasSize(1);
      assertThat(all.pods("one")).hasSize(1);
    }
  }

  @Test
  void twoHundredUsersAtOnceGetASessionEach() throws Exception {
    Instant begun = Instant.now();
    List<Duration> took =
        atOnce(
            USERS,
            i -> {
              try (McpHttp user = all.client("user-" + i, "many")) {
                Answer answer = initializeUntilLetIn(user, all.endpoint("many", i));
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.message()).contains("\"result\"");
                String id = answer.sessionId().orElseThrow();
                Answer tools = user.post(all.endpoint("many", i + 1), id, LIST);
                assertThat(tools.status()).as(tools.body()).isEqualTo(200);
                return Duration.between(begun, Instant.now());
              }
            });
    List<Duration> sorted = took.stream().sorted().toList();
    System.out.printf(
        "%d users at once had their first answer after %d ms (median), %d ms (last)%n",
        USERS, sorted.get(USERS / 2).toMillis(), sorted.getLast().toMillis());
    assertThat(all.sessions("many")).hasSize(USERS);
    assertThat(all.sessions("many").stream().map(it -> it.getSpec().user()).distinct())
        .hasSize(USERS);
    assertThat(all.pods("many")).hasSize(USERS);
  }

  @Test
  void forgedIdsAreUnknownWithoutARequestToTheApiServer() throws Exception {
    Instant begun = Instant.now();
    SecureRandom random = new SecureRandom();
    try (McpHttp mallory = all.client("mallory", "one")) {
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < FORGED; i += INITIALIZES) {
        for (Answer answer :
            atOnce(
                INITIALIZES,
                j -> {
                  byte[] id = new byte[40];
                  random.nextBytes(id);
                  return mallory.post(
                      all.endpoint("one", j),
                      Base64.getUrlEncoder().withoutPadding().encodeToString(id),
                      LIST);
                })) {
          statuses.add(answer.status());
        }
      }
      assertThat(statuses).hasSize(FORGED).containsOnly(404);
    }
    if (AuditLog.given().isPresent()) {
      AuditLog audit = AuditLog.given().get();
      audit.flush(cluster.client(), cluster.namespace());
      assertThat(audit.between(begun, Instant.now(), cluster.namespace()))
          .noneMatch(request -> request.what().equals("get mcpconnections"));
    }
  }

  /** As a client does that is asked to come back: the gateway limits new sessions a second. */
  private static Answer initializeUntilLetIn(McpHttp user, URI endpoint) throws Exception {
    Answer answer = user.initialize(endpoint);
    for (int i = 0; i < 10 && answer.status() == 503; i++) {
      long seconds =
          Long.parseLong(answer.http().headers().firstValue("Retry-After").orElseThrow());
      await().pollDelay(Duration.ofSeconds(seconds)).until(() -> true);
      answer = user.initialize(endpoint);
    }
    return answer;
  }

  private interface Attempt<T> {
    T number(int i) throws Exception;
  }

  private <T> List<T> atOnce(int count, Attempt<T> attempt) throws Exception {
    List<Callable<T>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      calls.add(() -> attempt.number(number));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(calls)) {
      results.add(result.get());
    }
    return results;
  }

  private List<McpConnection> connections(String template) {
    return cluster
        .client()
        .resources(McpConnection.class)
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .filter(connection -> connection.getSpec().templateName().equals(template))
        .toList();
  }
}
