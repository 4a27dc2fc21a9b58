package dev.mcpsession.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.clients.PlainOAuthClient;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.SignInInstallation;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What users who have signed in do not notice: renewals of their tokens, and ends of replicas. */
@ClusterTest
class SignInRenewalIT {
  private static final String TEMPLATE = "forgejo";
  private static final int RENEWALS = 20;

  /** One after the other, so that their tokens are not renewed at the same time. */
  private static final List<String> USERS = List.of("anna", "ben", "cleo", "dan", "eva");

  /**
   * Of the upstream's access tokens, while they are renewed. A new Pod has a third of it to become
   * Ready: once its token has expired, the old one is stopped, whatever it does.
   */
  private static final Duration SHORT = Duration.ofSeconds(24);

  private static SignInInstallation installation;
  private static URI server;

  @BeforeAll
  static void start(Cluster cluster) throws IOException {
    installation = SignInInstallation.start(cluster);
    installation.offer(TEMPLATE, "drainSeconds: 3,");
    server = installation.endpoint(TEMPLATE);
  }

  @AfterAll
  static void stop() throws IOException {
    installation.close();
  }

  @Test
  void noCallFailsWhileTheUpstreamsTokensAreRenewedTwentyTimes() throws Exception {
    installation.forgejo().accessTokenLifespan(SHORT);
    Queue<String> failed = new ConcurrentLinkedQueue<>();
    Set<String> tokens = ConcurrentHashMap.newKeySet();
    List<McpHttp> clients = new ArrayList<>();
    try (ScheduledExecutorService callers =
        Executors.newScheduledThreadPool(USERS.size(), Thread.ofVirtual().factory())) {
      for (String user : USERS) {
        McpHttp http = new McpHttp(signedIn(user).tokens().access());
        clients.add(http);
        String session = http.initialize(server).sessionId().orElseThrow();
        AtomicInteger calls = new AtomicInteger();
        var unused =
            callers.scheduleWithFixedDelay(
                () -> call(http, session, calls.incrementAndGet(), tokens, failed),
                0,
                200,
                TimeUnit.MILLISECONDS);
      }
      int first = USERS.size(); // A session's first token is got by a refresh token as well.
      await("renewals")
          .atMost(Duration.ofMinutes(5))
          .until(() -> !failed.isEmpty() || installation.forgejo().refreshes() >= first + RENEWALS);
      callers.shutdown();
    } finally {
      clients.forEach(McpHttp::close);
      installation.forgejo().accessTokenLifespan(Duration.ofHours(1));
    }
    assertThat(failed).isEmpty();
    assertThat(tokens).as("tokens that calls saw").hasSizeGreaterThan(RENEWALS / 2);
  }

  private static void call(
      McpHttp http, String session, int id, Set<String> tokens, Queue<String> failed) {
    try {
      McpHttp.Answer answer = http.call(server, session, id, "upstream_token", "{}");
      JsonNode fingerprint = fingerprint(answer);
      if (answer.status() == 200 && fingerprint.isTextual()) {
        tokens.add(fingerprint.asText());
      } else {
        failed.add(id + ": " + answer.status() + " " + answer.body());
      }
    } catch (IOException e) {
      failed.add(id + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aSignInGoesOnAtTheOtherReplicaWhereverItsOwnIsKilled() throws Exception {
    PlainOAuthClient client = installation.client(TEMPLATE);
    try (HttpPerson bob = new HttpPerson();
        Succession succession = new Succession()) {
      client.register();
      bob.open(client.authorizationUrl());
      assertThat(bob.hasButton("Allow")).as("the gateway's page").isTrue();

      succession.next();
      bob.press("Allow");
      assertThat(bob.url()).startsWith(installation.forgejo().authorizationEndpoint());

      succession.next();
      bob.fill("user_name", "bob");
      bob.press("Allow");
      assertThat(bob.url()).startsWith(PlainOAuthClient.REDIRECT_URI);

      succession.next();
      assertThat(client.exchange(bob.url()).status()).isEqualTo(200);
      String first = token(client);

      succession.next();
      assertThat(token(client)).isEqualTo(first);
      assertThat(client.refresh().status()).isEqualTo(200);

      succession.next();
      assertThat(token(client)).isEqualTo(first);
    }
  }

  /** Of replicas, one of which serves at a time, and is killed. */
  private static final class Succession implements AutoCloseable {
    private Replica serving = installation.replicas().running().getFirst();
    private Replica spare = installation.replicas().running().getLast();

    Succession() {
      installation.serveBy(serving);
    }

    void next() throws IOException, InterruptedException {
      installation.replicas().awaitReady(spare);
      installation.serveBy(spare);
      serving.process().kill();
      serving = spare;
      spare = installation.replicas().startReplica();
    }

    @Override
    public void close() {
      installation.replicas().awaitReady(spare);
      installation.serveByAll();
    }
  }

  /** The promise is a second: more than that is a user's token in the wrong hands. */
  @Test
  void afterASignOutAtOneReplicaTheOtherRefusesTheAccessTokenWithinASecond() throws Exception {
    PlainOAuthClient client = signedIn("carol");
    List<Replica> replicas = installation.replicas().running();
    URI other = replicas.getLast().endpoint(installation.namespace(), TEMPLATE);
    try (McpHttp http = new McpHttp(client.tokens().access())) {
      // What is no JSON is judged only once the token was accepted.
      assertThat(http.post(other, null, "{").status()).isEqualTo(400);

      assertThat(client.at(replicas.getFirst().base()).revoke().status()).isEqualTo(200);

      await("the other replica refuses")
          .atMost(Duration.ofSeconds(1))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> http.post(other, null, "{").status() == 401);
    }
    assertThat(client.refresh().error()).isEqualTo("invalid_grant");
  }

  private static PlainOAuthClient signedIn(String user) {
    PlainOAuthClient client = installation.client(TEMPLATE);
    client.register();
    try (HttpPerson person = new HttpPerson()) {
      String back = person.signIn(client.authorizationUrl(), user, PlainOAuthClient.REDIRECT_URI);
      assertThat(client.exchange(back).status()).isEqualTo(200);
    }
    return client;
  }

  /** What the backend's token is, by a session of its own. */
  private static String token(PlainOAuthClient client) throws IOException, InterruptedException {
    try (McpHttp http = new McpHttp(client.tokens().access())) {
      McpHttp.Answer opened = http.initialize(server);
      assertThat(opened.status()).as(opened.body()).isEqualTo(200);
      McpHttp.Answer answer =
          http.call(server, opened.sessionId().orElseThrow(), 1, "upstream_token", "{}");
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      return fingerprint(answer).asText();
    }
  }

  private static JsonNode fingerprint(McpHttp.Answer answer) throws IOException {
    return new ObjectMapper()
        .readTree(answer.message())
        .at("/result/structuredContent/fingerprint");
  }
}
