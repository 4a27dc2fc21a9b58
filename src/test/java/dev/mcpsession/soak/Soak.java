package dev.mcpsession.soak;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.FakeNodes;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.load.Load;
import dev.mcpsession.load.LoadCall;
import dev.mcpsession.load.LoadReport;
import dev.mcpsession.load.LoadUser;
import dev.mcpsession.load.LoadUser.Era;
import dev.mcpsession.load.LoadUser.Identity;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import dev.mcpsession.replicas.Installation;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Users of both eras come and go, call, stream, resume and are asked, while backends are replaced
 * for all reasons and replicas of the gateway, Pods, the operator and the way to the API server are
 * killed at random. Then it is quiet, and what is left is compared with what a fresh replica has.
 *
 * <p>Arguments: seconds (1800) and seed (random). What chance decides follows from the seed; when
 * it happens does not.
 */
public final class Soak {
  static final String SOURCE = "source";
  static final String TEMPLATE = "soak";

  private static final int STEADY_USERS = 16;
  private static final int CALLS_PER_SECOND = 2;
  private static final int GUESTS = 14;

  /**
   * Sessions without use are suspended after 60 s and gone after 80 s, buffers after 60 s. A use is
   * reported within three fifths of the timeout; so long the API server may be away that no session
   * seems idle that is not.
   */
  private static final Duration QUIET = Duration.ofMinutes(2);

  private final Cluster cluster;
  private final long seed;
  private final Duration length;
  private final Tally tally = new Tally();
  private final Disturbances disturbances = new Disturbances();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean stopping;

  private Soak(Cluster cluster, Duration length, long seed) {
    this.cluster = cluster;
    this.length = length;
    this.seed = seed;
  }

  /** Ends with exit code 1 after a violation. */
  public static void main(String... arguments) throws Exception {
    long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1800;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextLong();
    System.out.printf("soak of %d s, seed %d%n", seconds, seed);
    int violations;
    try (Cluster cluster =
        Cluster.forProgram(Soak.class)
            .orElseThrow(
                () -> new IllegalArgumentException("give a cluster: -Dcluster.kubeconfig=FILE"))) {
      violations = new Soak(cluster, Duration.ofSeconds(seconds), seed).run();
    }
    System.out.printf("%d violations, seed %d%n", violations, seed);
    System.exit(violations == 0 ? 0 : 1);
  }

  private int run() throws Exception {
    URI server = URI.create(cluster.client().getConfiguration().getMasterUrl());
    Path kubeconfig = Files.createTempFile("kubeconfig", ".yaml");
    try (TcpProxy proxy = new TcpProxy(new InetSocketAddress(server.getHost(), server.getPort()));
        FakeNodes nodes = new FakeNodes(cluster.client(), cluster.namespace(), 2)) {
      Files.writeString(
          kubeconfig,
          Files.readString(cluster.kubeconfig())
              .replace(server.getHost() + ":" + server.getPort(), "127.0.0.1:" + proxy.port()));
      nodes.cordon(nodes.name(2), true);
      Chaos.putToken(cluster, SOURCE, "token-0");
      try (Installation all =
          Installation.start(
              cluster, kubeconfig, "limits: {newSessionsBurst: 1000}", "watchNodes: true")) {
        everythingAtOnce(all, nodes, proxy);
        List<Replica> old = all.replicas().running();
        Attempts.pause(QUIET);
        new Aftermath(cluster, all.replicas(), tally).judge(old);
      }
    } finally {
      Files.delete(kubeconfig);
      threads.shutdownNow();
    }
    System.out.println(tally.table());
    System.out.println(disturbances.counts());
    return tally.violations();
  }

  private void everythingAtOnce(Installation all, FakeNodes nodes, TcpProxy proxy)
      throws Exception {
    String fields =
        "drainSeconds: 10, idleTimeoutSeconds: 60, deleteAfterIdleSeconds: 80,"
            + " token: {secret: {name: "
            + SOURCE
            + "}}";
    all.offer(TEMPLATE, fields, nodes.selector());
    List<LoadUser> users = new ArrayList<>();
    for (int i = 0; i < STEADY_USERS; i++) {
      String name = "steady-" + i;
      Identity who = new Identity(name, cluster.namespace(), TEMPLATE, all.token(name, TEMPLATE));
      users.add(new LoadUser(who, i % 2 == 0 ? Era.LEGACY : Era.MODERN, i % 4 < 2, threads));
    }
    Load.begin(all.inService(), users);
    List<Future<?>> guests = new ArrayList<>();
    for (int i = 0; i < GUESTS; i++) {
      guests.add(threads.submit(guest(all, "guest-" + i, i)));
    }
    Chaos chaos = new Chaos(cluster, all, nodes, proxy, new Random(seed), tally, disturbances);
    Instant end = Instant.now().plus(length);
    Instant lastReplica = Instant.now().plus(length.multipliedBy(2).dividedBy(3));
    try (Load load = Load.start(all.inService(), users, CALLS_PER_SECOND)) {
      while (Instant.now().isBefore(end)) {
        chaos.calm();
        chaos.happen(Instant.now().isBefore(lastReplica));
      }
      stopping = true;
      for (Future<?> guest : guests) {
        guest.get(3, TimeUnit.MINUTES);
      }
      judge(load.stop(), all.backends().effects());
    }
    users.forEach(LoadUser::close);
  }

  private Runnable guest(Installation all, String name, int number) {
    Random random = new Random(seed + number + 1);
    Attempts attempts = new Attempts(name, tally, disturbances);
    Guest.Part part = new Guest.Part(all, cluster.namespace(), TEMPLATE, name, random, attempts);
    Guest guest = number % 2 == 0 ? new ModernGuest(part) : new LegacyGuest(part);
    return () -> guest.run(() -> stopping);
  }

  private void judge(LoadReport report, Map<String, Integer> effects) {
    System.out.println("steady users: " + report);
    for (LoadCall call : report.calls()) {
      String kind = "steady " + call.user().era();
      if (!call.hasFailed()) {
        tally.good(kind, call.took());
      } else if (disturbances.explain(
          call.begun(), call.ended(), call.replica(), call.user().name())) {
        tally.explained(kind, call.took());
      } else {
        tally.violated(kind, call.took(), call.toString());
      }
    }
    report.lost(effects).forEach(call -> tally.violation("an effect is lost: " + call));
    report.repeated(effects).forEach(call -> tally.violation("an effect came twice: " + call));
    if (report.changedIds() > 0) {
      tally.violation(report.changedIds() + " session ids changed");
    }
  }
}
