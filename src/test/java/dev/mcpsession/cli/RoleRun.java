package dev.mcpsession.cli;

import dev.mcpsession.cluster.Cluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a role that ends by itself answered. */
public record RoleRun(int code, String out, String err) {
  static RoleRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new Main(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    return new RoleRun(code, out.toString(), err.toString());
  }

  /** What {@code explain} says of a session. */
  public static RoleRun explain(Cluster cluster, String namespace, String name) {
    return as(cluster.kubeconfig(), "explain", namespace + "/" + name);
  }

  static RoleRun as(Path kubeconfig, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    return of(all.toArray(String[]::new));
  }
}
