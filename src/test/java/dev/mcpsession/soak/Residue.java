package dev.mcpsession.soak;

import dev.mcpsession.replicas.GatewayReplicas.Replica;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a replica holds.
 *
 * @param objects live ones by their class: those of the gateway and of Vert.x, and futures
 * @param sockets open ones
 * @param threads of the operating system
 */
record Residue(Map<String, Integer> objects, int sockets, int threads) {
  private static final Pattern LINE = Pattern.compile(" *\\d+: +(\\d+) +\\d+ +(\\S+).*");
  private static final Pattern COUNTED =
      Pattern.compile(
          "dev\\.mcpsession\\.gateway\\..*|io\\.vertx\\..*|io\\.netty\\.channel\\..*Channel"
              + "|java\\.util\\.concurrent\\.CompletableFuture|java\\.lang\\.VirtualThread");

  /** Caches that are bounded by their size alone: of verified tokens, and of ids that ended. */
  private static final Pattern CACHED =
      Pattern.compile(".*\\.(VerifiedTokens\\$.*|KnownConnections\\$ObjectKey)");

  /** Pools, and what one replica happens to be in the middle of. */
  private static final int TOLERATED_OBJECTS = 60;

  private static final int TOLERATED_SOCKETS = 10;
  private static final int TOLERATED_THREADS = 20;

  /** After a full garbage collection. Needs a JDK's jcmd. */
  static Residue of(Replica replica) throws IOException, InterruptedException {
    Path process = Path.of("/proc", Long.toString(replica.process().pid()));
    int sockets = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        // Some are closed while they are listed.
        if (Files.isSymbolicLink(file)
            && Files.readSymbolicLink(file).toString().startsWith("socket:")) {
          sockets++;
        }
      }
    }
    int threads = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path ignored : tasks) {
        threads++;
      }
    }
    return new Residue(objects(replica), sockets, threads);
  }

  private static Map<String, Integer> objects(Replica replica)
      throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(replica.process().pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    Map<String, Integer> objects = new TreeMap<>();
    try (var lines = jcmd.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()
            && COUNTED.matcher(matcher.group(2)).matches()
            && !CACHED.matcher(matcher.group(2)).matches()) {
          objects.put(matcher.group(2), Integer.parseInt(matcher.group(1)));
        }
      }
    }
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd ended with exit code " + jcmd.exitValue());
    }
    return objects;
  }

  /** What is here and not in a replica that has just begun. */
  List<String> beyond(Residue fresh) {
    List<String> more = new ArrayList<>();
    objects.forEach(
        (type, count) -> {
          int usual = fresh.objects.getOrDefault(type, 0);
          if (count > usual + usual / 4 + TOLERATED_OBJECTS) {
            more.add("%d objects of %s, a fresh replica has %d".formatted(count, type, usual));
          }
        });
    if (sockets > fresh.sockets + TOLERATED_SOCKETS) {
      more.add("%d sockets, a fresh replica has %d".formatted(sockets, fresh.sockets));
    }
    if (threads > fresh.threads + TOLERATED_THREADS) {
      more.add("%d threads, a fresh replica has %d".formatted(threads, fresh.threads));
    }
    return more;
  }

  @Override
  public String toString() {
    return "%d objects of the gateway and what it stands on, %d sockets, %d threads"
        .formatted(objects.values().stream().mapToInt(Integer::intValue).sum(), sockets, threads);
  }
}
