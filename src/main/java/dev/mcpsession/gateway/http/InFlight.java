package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.route.DrainEnd;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Sessions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What is under way at backends on one event loop. Once a backend was replaced, and the time for
 * its last requests is over, whoever still waits for it is told. Most requests are over before
 * anything is looked up for them.
 */
final class InFlight implements Ticker.Ticked {
  private static final long FIRST_LOOK = Duration.ofSeconds(1).toNanos();
  private static final long LOOK_EVERY = Duration.ofSeconds(2).toNanos();

  private final Sessions sessions;
  private final InstantSource clock;
  private final Set<Request> requests = new LinkedHashSet<>();

  InFlight(Sessions sessions, InstantSource clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  private static final class Request {
    private final McpResource resource;
    private final User user;
    private final Backend backend;
    private final Consumer<Refusal> end;
    private DrainEnd drain;
    private long nextLook = System.nanoTime() + FIRST_LOOK;

    Request(McpResource resource, User user, Backend backend, Consumer<Refusal> end) {
      this.resource = resource;
      this.user = user;
      this.backend = backend;
      this.end = end;
      this.drain = DrainEnd.none(backend.revision());
    }
  }

  /**
   * A request goes to a backend.
   *
   * @param end is told why, if there will be no answer any more
   * @return to be run when the request is over
   */
  Runnable begun(McpResource resource, User user, Backend backend, Consumer<Refusal> end) {
    Request request = new Request(resource, user, backend, end);
    requests.add(request);
    return () -> requests.remove(request);
  }

  @Override
  public void tick(long nanos) {
    List<Request> over = requests.stream().filter(request -> isOver(request, nanos)).toList();
    for (Request request : over) {
      if (requests.remove(request)) {
        request.end.accept(tooLate());
      }
    }
  }

  private boolean isOver(Request request, long nanos) {
    if (request.drain.at().isEmpty() && nanos - request.nextLook >= 0) {
      request.nextLook = nanos + LOOK_EVERY;
      sessions
          .serving(request.resource, request.user)
          .filter(serving -> serving.session().equals(request.backend.session()))
          .ifPresent(
              serving ->
                  request.drain =
                      request.drain.serves(
                          serving.revision(), serving.servingSince(), serving.drain()));
    }
    return request.drain.isOver(clock.instant());
  }

  /** Why there will be no answer of a backend that was replaced. */
  static Refusal tooLate() {
    return Refusal.backendFailed(
        "The MCP server was replaced while it worked on this request, and the time that it had left"
            + " for it is over. What it did of this request is not known.");
  }
}
