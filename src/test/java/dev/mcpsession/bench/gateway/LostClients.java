package dev.mcpsession.bench.gateway;

import dev.mcpsession.bench.report.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Whether and when a proxy sees that a client is gone, in a network namespace of its own: silence
 * is made by dropping packets on loopback. Prints one line for each kind of end.
 */
public final class LostClients {
  /** The gateway's interval. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /** Longer than a heartbeat and TCP_USER_TIMEOUT together. */
  private static final Duration WATCHED = Duration.ofSeconds(75);

  private static final int EACH = 5;

  /** How a client goes. */
  private enum End {
    FIN,
    RST,
    SILENCE
  }

  /** One client, and when it went, by {@link System#nanoTime}. */
  private record Lost(String id, boolean heartbeats, End end, long at) {}

  /** One client that will go. */
  private record Held(StreamClient client, String id, boolean heartbeats, End end) {}

  /**
   * What was seen of clients of one kind.
   *
   * @param proxy its name
   * @param heartbeats whether comments were sent on their streams
   * @param end FIN, RST or SILENCE
   * @param seen how many of them the proxy has seen go
   * @param of how many there were
   * @param after seconds; the largest, too
   */
  public record Result(
      String proxy, boolean heartbeats, String end, int seen, int of, String after) {}

  private LostClients() {}

  /** Runs {@link #main} in a namespace; needs the rights for it. */
  public static List<Result> run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Tools.path("unshare"),
                "--net",
                ServerProcess.jdk("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                LostClients.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Result> results =
        process
            .inputReader()
            .lines()
            .filter(line -> line.startsWith("RESULT\t"))
            .map(line -> line.split("\t", -1))
            .map(
                cell ->
                    new Result(
                        cell[1],
                        Boolean.parseBoolean(cell[2]),
                        cell[3],
                        Integer.parseInt(cell[4]),
                        Integer.parseInt(cell[5]),
                        cell[6]))
            .toList();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "No clients were lost in a network namespace: that needs root, unshare and iptables.");
    }
    return results;
  }

  public static void main(String... none) throws Exception {
    command("ip", "link", "set", "lo", "up");
    try (StreamUpstream upstream = StreamUpstream.start("127.0.0.1", 9000);
        ServerProcess nginx = Nginx.proxy(9001, "127.0.0.1:9000");
        ServerProcess bare = BareProxy.start(9002, 9000)) {
      List<Held> heldByNginx = open(9001, "nginx");
      List<Held> heldByBare = open(9002, "vertx");
      List<Lost> byNginx = loseAll(heldByNginx);
      List<Lost> byBare = loseAll(heldByBare);
      long begin = System.nanoTime();
      Awaitility.await("the proxies see their clients go")
          .atMost(WATCHED.plusSeconds(30))
          .until(
              () ->
                  System.nanoTime() - begin > WATCHED.toNanos()
                      || Stream.concat(byNginx.stream(), byBare.stream())
                          .allMatch(lost -> upstream.closedAt(lost.id).isPresent()));
      report("nginx", byNginx, upstream);
      report("Vert.x", byBare, upstream);
    }
  }

  private static List<Held> open(int port, String prefix) throws IOException {
    List<Held> all = new ArrayList<>();
    for (End end : End.values()) {
      for (boolean heartbeats : List.of(false, true)) {
        for (int i = 0; i < EACH; i++) {
          String id = prefix + "-" + all.size();
          String target = heartbeats ? id + "?heartbeat=" + HEARTBEAT.toMillis() : id;
          all.add(new Held(StreamClient.open(port, target), id, heartbeats, end));
        }
      }
    }
    return all;
  }

  private static List<Lost> loseAll(List<Held> all) throws IOException, InterruptedException {
    List<Lost> lost = new ArrayList<>();
    for (Held held : all) {
      lost.add(new Lost(held.id, held.heartbeats, held.end, System.nanoTime()));
      lose(held);
    }
    return lost;
  }

  private static void lose(Held held) throws IOException, InterruptedException {
    switch (held.end) {
      case FIN -> held.client.close();
      case RST -> held.client.reset();
      case SILENCE -> {
        String port = String.valueOf(held.client.port());
        command("iptables", "-A", "INPUT", "-p", "tcp", "--sport", port, "-j", "DROP");
        command("iptables", "-A", "INPUT", "-p", "tcp", "--dport", port, "-j", "DROP");
      }
    }
  }

  private static void report(String proxy, List<Lost> all, StreamUpstream upstream) {
    for (boolean heartbeats : List.of(false, true)) {
      for (End end : End.values()) {
        List<Double> seconds =
            all.stream()
                .filter(lost -> lost.heartbeats == heartbeats && lost.end == end)
                .flatMap(
                    lost -> upstream.closedAt(lost.id).map(at -> (at - lost.at) / 1e9).stream())
                .toList();
        System.out.println(
            String.join(
                "\t",
                "RESULT",
                proxy,
                String.valueOf(heartbeats),
                end.name(),
                String.valueOf(seconds.size()),
                String.valueOf(EACH),
                seconds.isEmpty()
                    ? "not within " + WATCHED.toSeconds() + " s"
                    : Sample.of(seconds).toString()));
      }
    }
  }

  private static void command(String... words) throws IOException, InterruptedException {
    words[0] = Tools.path(words[0]);
    int code = new ProcessBuilder(words).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", words) + " has ended with " + code);
    }
  }
}
