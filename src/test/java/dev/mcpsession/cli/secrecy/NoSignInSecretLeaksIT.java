package dev.mcpsession.cli.secrecy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.clients.PlainOAuthClient;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.JarProcess;
import dev.mcpsession.issuer.IssuerFault;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.SignInInstallation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Users sign in, use what they got, and sign out, while the gateway and the operator and all their
 * libraries log all they can; somebody tries codes and states a second time, and Forgejo fails and
 * repeats what it was sent. Whatever is a secret stays in the Secrets that are for it, and what
 * happened is in the metrics.
 */
@ClusterTest
class NoSignInSecretLeaksIT {
  private static final String TEMPLATE = "forgejo";
  private static final Path EVERYTHING =
      Path.of("src/test/resources/dev/mcpsession/cli/secrecy/everything-logback.xml")
          .toAbsolutePath();

  /**
   * The only logger that no process may turn on: it writes what is sent to the API server and comes
   * from there.
   */
  private static final String BODIES = "io.fabric8.kubernetes.client.http.HttpLoggingInterceptor";

  private final SecretValues values = new SecretValues();
  private SignInInstallation installation;

  @Test
  void whatIsSecretStaysInSecrets(Cluster cluster) throws Exception {
    SignInInstallation.Options options =
        new SignInInstallation.Options(
            cluster.kubeconfig(), Map.of(JarProcess.LOGBACK, EVERYTHING.toString()), "");
    try (SignInInstallation started = SignInInstallation.start(cluster, options);
        SeenObjects seen = new SeenObjects(cluster.client(), started.namespace(), values)) {
      installation = started;
      installation.offer(TEMPLATE, "drainSeconds: 1,");
      PlainOAuthClient signedOut = signIn("alice");
      use(signedOut);
      assertThat(signedOut.refresh().status()).isEqualTo(200);
      assertThat(signedOut.revoke().status()).isEqualTo(200);
      PlainOAuthClient lasting = signIn("bob");
      use(lasting);
      useACodeTwice();
      meetFaults();

      note(signedOut);
      note(lasting);
      installation.forgejo().secrets().forEach(secret -> values.add("one of Forgejo's", secret));
      List<String> leaks = new ArrayList<>();
      for (Replica replica : installation.replicas().running()) {
        leaks.addAll(values.leaks("/metrics", replica.management("/metrics").body()));
      }
      leaks.addAll(values.leaks("/metrics", installation.replicas().ofOperator("/metrics").body()));
      Map<Boolean, String> logs = logs();
      leaks.addAll(values.leaks("a log", logs.get(false)));
      leaks.addAll(seen.leaks());
      assertThat(leaks).isEmpty();
      whatHappenedWasCounted();

      for (String said : List.of("a code of it was used twice", "Nobody can sign in")) {
        assertThat(logs.get(false).contains(said)).as("a log says: %s", said).isTrue();
      }
      assertThat(values.leaks("a log", logs.get(true)))
          .as("the search finds what the logs of bodies hold")
          .anyMatch(leak -> leak.startsWith("refresh_token of Secret grant-"));
      assertThat(seen.count("Secret")).isPositive();
      assertThat(installation.signIns())
          .as("what sign-ins hold was searched as well")
          .anyMatch(name -> seen.says("Secret " + name, "bob"));
      assertThat(values.leaks("Secrets", seen.data())).as("the search finds them").isNotEmpty();
    }
  }

  /** All of it, and nothing else; the replicas' counts together. */
  private void whatHappenedWasCounted() throws IOException, InterruptedException {
    Map<String, Integer> counted = installation.replicas().counted("mcpsession_signin_");
    String visits = "mcpsession_signin_visits_total{identity=\"upstream\",outcome=\"%s\"}";
    String exchanges = "mcpsession_signin_exchanges_total{kind=\"%s\",outcome=\"%s\"}";
    String refusals = "mcpsession_signin_refusals_total{place=\"%s\",reason=\"%s\"}";
    assertThat(counted)
        .containsKeys(
            "mcpsession_signin_provider_calls_total{endpoint=\"token\",outcome=\"success\"}",
            "mcpsession_signin_provider_calls_total{endpoint=\"token\",outcome=\"unavailable\"}",
            "mcpsession_signin_provider_calls_total{endpoint=\"userinfo\",outcome=\"success\"}");
    counted.keySet().removeIf(it -> it.startsWith("mcpsession_signin_provider_calls"));
    assertThat(counted)
        .containsOnly(
            entry(visits.formatted("completed"), 3),
            entry(visits.formatted("away"), 4),
            entry(visits.formatted("misconfigured"), 1),
            entry(visits.formatted("no_refresh_token"), 1),
            entry(exchanges.formatted("code", "issued"), 3),
            entry(exchanges.formatted("code", "refused"), 1),
            entry(exchanges.formatted("refresh_token", "issued"), 1),
            entry(exchanges.formatted("refresh_token", "refused"), 1),
            entry("mcpsession_signin_reuses_total{kind=\"code\"}", 1),
            entry(refusals.formatted("token", "invalid_grant"), 2),
            // Each who opened the failed page anew.
            entry(refusals.formatted("callback", "invalid_request"), 6));
    for (Replica replica : installation.replicas().running()) {
      await("each replica knows that bob alone is signed in")
          .until(
              () -> replica.management("/metrics").body().contains("mcpsession_signin_open 1.0"));
    }
  }

  /** True: lines with bodies of the API server; false: all others. */
  private Map<Boolean, String> logs() throws IOException {
    return installation
        .replicas()
        .logs()
        .lines()
        .collect(
            Collectors.partitioningBy(
                line -> line.contains("\"logger_name\":\"" + BODIES + "\""),
                Collectors.joining("\n")));
  }

  private PlainOAuthClient signIn(String user) {
    PlainOAuthClient client = installation.client(TEMPLATE);
    try (HttpPerson person = new HttpPerson()) {
      assertThat(client.exchange(visit(client, person, user)).status()).isEqualTo(200);
    }
    return client;
  }

  /** Every page of the way, and what the user's browser kept and sent meanwhile. */
  private String visit(PlainOAuthClient client, HttpPerson person, String user) {
    client.register();
    person.open(client.authorizationUrl());
    values.add("the sealed request", person.page().select("input[name=request]").getFirst().val());
    person.press("Allow");
    noteCookies(person);
    values.add("the gateway's state", client.brought(person.url()).get("state"));
    person.fill("user_name", user);
    person.press("Allow");
    noteCookies(person);
    return person.url();
  }

  private void noteCookies(HttpPerson person) {
    person.cookiesOf(installation.base()).forEach((name, value) -> values.add(name, value));
  }

  private void note(PlainOAuthClient client) {
    client
        .secrets()
        .forEach(
            secret ->
                // A refresh token begins with the name of its sign-in, which is no secret.
                values.add(
                    secret.getKey(),
                    secret.getKey().startsWith("refresh")
                        ? secret.getValue().substring(secret.getValue().lastIndexOf('.') + 1)
                        : secret.getValue()));
  }

  private void use(PlainOAuthClient client) throws IOException, InterruptedException {
    URI server = installation.endpoint(TEMPLATE);
    try (McpHttp http = new McpHttp(client.tokens().access())) {
      McpHttp.Answer opened = http.initialize(server);
      assertThat(opened.status()).as(opened.body()).isEqualTo(200);
      String session = opened.sessionId().orElseThrow();
      assertThat(http.call(server, session, 1, "upstream_token", "{}").status()).isEqualTo(200);
    }
  }

  private void useACodeTwice() {
    PlainOAuthClient client = installation.client(TEMPLATE);
    try (HttpPerson person = new HttpPerson()) {
      String back = visit(client, person, "carol");
      assertThat(client.exchange(back).status()).isEqualTo(200);
      assertThat(client.exchange(back).error()).isEqualTo("invalid_grant");
      assertThat(client.refresh().error()).as("the sign-in has ended").isEqualTo("invalid_grant");
    }
    note(client);
  }

  /** Of Forgejo when it is asked for tokens: the client gets no code then. */
  private void meetFaults() {
    for (IssuerFault fault :
        List.of(
            new IssuerFault.Echo(400, "invalid_client"),
            new IssuerFault.Echo(500, "server_error"),
            new IssuerFault.Status(503, null),
            new IssuerFault.Nonsense("application/json", "{\"access_token\": [\"it\"]}"),
            new IssuerFault.NoRefreshToken(),
            new IssuerFault.AnswerLost())) {
      PlainOAuthClient client = installation.client(TEMPLATE);
      try (HttpPerson person = new HttpPerson()) {
        installation.forgejo().failNext(1, fault);
        String ended = visit(client, person, "dave");
        assertThat(ended.startsWith(PlainOAuthClient.REDIRECT_URI) && ended.contains("code="))
            .as("a code after %s", fault)
            .isFalse();
        person.open(ended); // as people do
      }
      note(client);
    }
  }
}
