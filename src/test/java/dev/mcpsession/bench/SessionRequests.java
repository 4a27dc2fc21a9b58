package dev.mcpsession.bench;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.bench.load.Crowd;
import dev.mcpsession.bench.load.OperatorJar;
import dev.mcpsession.bench.load.Sightings;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.bench.report.Table;
import dev.mcpsession.bench.report.Tally;
import dev.mcpsession.bench.report.Tally.Kind;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How many API server requests each step of a session's life takes. */
final class SessionRequests implements Benchmark {
  private static final int SESSIONS = 5;
  private static final Duration LATE = Duration.ofSeconds(4);
  private static final String ACCOUNT =
      """
      idleTimeoutSeconds: 0
      drainSeconds: 1
      token: {serviceAccount: {name: default, audience: bench}}
      """;
  private static final String SECRET =
      """
      idleTimeoutSeconds: 0
      drainSeconds: 1
      token: {secret: {name: upstream}}
      """;
  private static final String SHORT =
      """
      idleTimeoutSeconds: 15
      token: {serviceAccount: {name: default, audience: bench}}
      """;

  private final Cluster cluster;
  private final AuditLog audit;
  private final Table.Builder table =
      new Table.Builder(
          "API requests of the operator for one session",
          "step",
          "writes",
          "aim",
          "reads",
          "TokenRequests",
          "Events",
          "which, for " + SESSIONS + " sessions");

  SessionRequests(Cluster cluster, AuditLog audit) {
    this.cluster = cluster;
    this.audit = audit;
  }

  @Override
  public String name() {
    return "requests";
  }

  @Override
  public List<Table> run() throws Exception {
    try (Arena arena = Arena.open(cluster, Optional.of(audit));
        OperatorJar operator = arena.startOperator("watchTokenSecrets: true");
        Sightings sightings = new Sightings(arena)) {
      operator.awaitReady();
      arena.rest(LATE);
      withAccount(arena, sightings);
      withSecret(arena, sightings);
      whenIdle(arena, sightings);
    }
    return List.of(table.build());
  }

  private void withAccount(Arena arena, Sightings sightings) throws Exception {
    Crowd crowd = Crowd.of(arena, "account", SESSIONS, ACCOUNT);
    Instant from = Instant.now();
    crowd.apply();
    sightings.await(crowd.names(), Sightings::isReady);
    count("start until Ready", "≤ 5", arena, from);

    from = Instant.now();
    crowd.patch(Crowd.annotation("restartedAt", from));
    awaitRevision(sightings, crowd, 2);
    arena.awaitPods(SESSIONS);
    count("replacement (restart)", "≤ 7", arena, from);

    from = Instant.now();
    crowd.patch("{\"spec\":{\"suspend\":true}}");
    sightings.await(crowd.names(), s -> Sightings.condition(s, ConditionType.Ready, "Suspended"));
    arena.awaitPods(0);
    count("suspension by spec", "", arena, from);

    from = Instant.now();
    crowd.patch("{\"spec\":{\"suspend\":false}}");
    sightings.await(crowd.names(), Sightings::isReady);
    count("resume by spec", "", arena, from);
    crowd.each(name -> delete(arena, name));
    arena.awaitPods(0);
  }

  private void withSecret(Arena arena, Sightings sightings) throws Exception {
    Crowd crowd = Crowd.of(arena, "secret", SESSIONS, SECRET);
    upstream(arena, "one");
    Instant from = Instant.now();
    crowd.apply();
    sightings.await(crowd.names(), Sightings::isReady);
    count("start until Ready, token from a Secret", "≤ 5", arena, from);

    from = Instant.now();
    upstream(arena, "two");
    awaitRevision(sightings, crowd, 2);
    arena.awaitPods(SESSIONS);
    count("replacement (token from a Secret)", "≤ 7", arena, from);
    crowd.each(name -> delete(arena, name));
    arena.awaitPods(0);
  }

  private void whenIdle(Arena arena, Sightings sightings) throws Exception {
    Crowd evicted = Crowd.of(arena, "evicted", SESSIONS, SHORT);
    Instant from = startAndRest(arena, sightings, evicted);
    sightings.awaitGone(evicted.names());
    arena.awaitPods(0);
    count("eviction", "1", arena, from);
    table.row("…its garbage collector", collected(arena, from), "", "", "", "", "");

    Crowd suspended = Crowd.of(arena, "suspended", SESSIONS, SHORT + "onIdle: Suspend\n");
    from = startAndRest(arena, sightings, suspended);
    sightings.await(
        suspended.names(), s -> Sightings.condition(s, ConditionType.Ready, "SuspendedIdle"));
    arena.awaitPods(0);
    count("suspension when idle", "", arena, from);

    from = Instant.now();
    suspended.each(name -> suspended.touch(name, Instant.now()));
    sightings.await(suspended.names(), Sightings::isReady);
    count("resume by activity", "", arena, from);
  }

  private static Instant startAndRest(Arena arena, Sightings sightings, Crowd crowd)
      throws Exception {
    crowd.apply();
    sightings.await(crowd.names(), Sightings::isReady);
    arena.rest(LATE);
    return Instant.now();
  }

  private static void awaitRevision(Sightings sightings, Crowd crowd, int revision) {
    sightings.await(crowd.names(), session -> Sightings.serves(session, revision));
  }

  private static void upstream(Arena arena, String token) {
    arena
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("upstream")
                .withNamespace(arena.namespace())
                .addToLabels("mcpsession.dev/token-source", "true")
                .endMetadata()
                .addToStringData("token", token)
                .build())
        .serverSideApply();
  }

  private static void delete(Arena arena, String name) {
    arena
        .client()
        .resources(McpSession.class)
        .inNamespace(arena.namespace())
        .withName(name)
        .delete();
  }

  private void count(String step, String aim, Arena arena, Instant from) {
    arena.rest(LATE);
    Tally tally = arena.operatorSince(from);
    table.row(
        step,
        tally.each(Kind.WRITE, SESSIONS),
        aim,
        tally.each(Kind.READ, SESSIONS),
        tally.each(Kind.TOKEN_REQUEST, SESSIONS),
        tally.each(Kind.EVENT, SESSIONS),
        tally.words(Kind.WRITE, Kind.READ, Kind.WATCH));
    Progress.say(step + ": " + tally.words(Kind.values()));
  }

  private static String collected(Arena arena, Instant from) {
    return arena.collectorSince(from).words(Kind.WRITE);
  }
}
