package dev.mcpsession.process;

import dev.mcpsession.process.leader.Leadership;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What /readyz answers. A standby whose caches are synced is ready: it could take over at any time.
 *
 * @param leadership null: no leader election
 * @param waitingFor what the start waits for, human-readable
 * @param synced whether the caches are filled and up to date
 * @param working whether the role has begun its work since this process leads
 * @param scope what of the work can be done
 * @param words what the work is
 */
public record Readiness(
    ApiServerContact contact,
    Supplier<String> waitingFor,
    @Nullable Leadership leadership,
    BooleanSupplier closing,
    BooleanSupplier synced,
    BooleanSupplier working,
    Scope scope,
    Words words) {

  /** Parts of the work that this process may have to leave undone. */
  public interface Scope {
    /** Why all of it is; empty: some can be done. */
    Optional<String> none();

    /** A line for each part, with the reason; the role is ready nevertheless. */
    List<String> without();
  }

  /**
   * What a role does, for people.
   *
   * @param works such as "works on sessions"
   * @param begins such as "about to begin with the sessions"
   */
  public record Words(String works, String begins) {}

  public HttpEndpoint.Response answer() {
    return notReadyReason()
        .map(what -> HttpEndpoint.Response.text(503, what))
        .orElseGet(() -> HttpEndpoint.Response.text(200, ready()));
  }

  /** What is missing; empty: ready. Takes up to a second. */
  public Optional<String> notReadyReason() {
    if (closing.getAsBoolean()) {
      return Optional.of("stopping");
    }
    Optional<String> away = contact.away();
    if (away.isPresent()) {
      return away;
    }
    if (!synced.getAsBoolean()) {
      return Optional.of(waitingFor.get());
    }
    Optional<String> none = scope.none();
    if (none.isPresent()) {
      return none;
    }
    if (leadership != null && leadership.isLeading() && !leadership.isOpen()) {
      return Optional.of(
          "the Lease was not renewed for " + leadership.sinceRenewal().toSeconds() + " s");
    }
    if (leads() && !working.getAsBoolean()) {
      return Optional.of(words.begins());
    }
    return Optional.empty();
  }

  private String ready() {
    return Stream.concat(Stream.of("ok: " + role()), scope.without().stream())
        .collect(Collectors.joining("\n"));
  }

  private String role() {
    if (leadership == null || leads()) {
      return words.works();
    }
    return "standby of " + leadership.holder().orElse("nobody yet");
  }

  private boolean leads() {
    return leadership == null || leadership.isLeading();
  }
}
