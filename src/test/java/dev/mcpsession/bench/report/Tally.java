package dev.mcpsession.bench.report;

import dev.mcpsession.cluster.AuditLog.Request;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many requests of which kind a user made. */
public record Tally(List<Request> requests) {
  public Tally {
    requests = List.copyOf(requests);
  }

  /** Kinds that are counted separately, since their costs differ. */
  public enum Kind {
    WRITE,
    READ,
    TOKEN_REQUEST,
    EVENT,
    WATCH,
    LEASE
  }

  public static Tally of(List<Request> requests, String user) {
    return new Tally(requests.stream().filter(r -> r.user().equals(user)).toList());
  }

  static Kind kindOf(Request request) {
    String what = request.what();
    if (request.verb().equals("watch")) {
      return Kind.WATCH;
    } else if (what.endsWith(" leases")) {
      return Kind.LEASE;
    } else if (what.endsWith(" events")) {
      return Kind.EVENT;
    } else if (what.equals("create serviceaccounts/token")) {
      return Kind.TOKEN_REQUEST;
    }
    return request.verb().equals("get") || request.verb().equals("list") ? Kind.READ : Kind.WRITE;
  }

  public long count(Kind kind) {
    return requests.stream().filter(r -> kindOf(r) == kind).count();
  }

  /** The count per session; a whole number if all sessions have the same. */
  public String each(Kind kind, int sessions) {
    long count = count(kind);
    return count % sessions == 0
        ? String.valueOf(count / sessions)
        : Table.number((double) count / sessions);
  }

  /** "5 create pods, 10 update mcpsessions/status"; refused ones with their code. */
  public String words(Kind... kinds) {
    Map<String, Long> counts =
        requests.stream()
            .filter(r -> List.of(kinds).contains(kindOf(r)))
            .collect(
                Collectors.groupingBy(
                    r -> r.what() + (r.code() < 300 ? "" : " (" + r.code() + ")"),
                    TreeMap::new,
                    Collectors.counting()));
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
  }
}
