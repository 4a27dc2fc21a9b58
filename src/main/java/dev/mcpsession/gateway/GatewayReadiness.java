package dev.mcpsession.gateway;

import dev.mcpsession.process.HttpEndpoint.Response;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What /readyz answers. Once the caches were filled a replica stays ready until it stops, also
 * while the API server or an issuer is away: sessions that exist go on, and another replica would
 * do no better.
 */
final class GatewayReadiness {
  private final BooleanSupplier stopping;
  private final BooleanSupplier serving;
  private final Supplier<List<String>> missing;
  private final List<Supplier<List<String>>> away;

  /**
   * Calls these for each answer.
   *
   * @param serving whether requests are taken: the caches were filled
   * @param missing what is waited for until then, human-readable
   * @param away who does not answer now, each with a line for people; may take up to a second
   */
  GatewayReadiness(
      BooleanSupplier stopping,
      BooleanSupplier serving,
      Supplier<List<String>> missing,
      List<Supplier<List<String>>> away) {
    this.stopping = stopping;
    this.serving = serving;
    this.missing = missing;
    this.away = List.copyOf(away);
  }

  Response answer() {
    if (stopping.getAsBoolean()) {
      return Response.text(503, "stopping");
    }
    List<String> absent = away.stream().flatMap(it -> it.get().stream()).toList();
    if (!serving.getAsBoolean()) {
      List<String> waitsFor = absent.isEmpty() ? missing.get() : absent;
      return Response.text(
          503,
          waitsFor.isEmpty()
              ? "about to take requests"
              : "the caches are not filled yet: " + String.join("\n", waitsFor));
    }
    return Response.text(
        200, absent.isEmpty() ? "ok: takes requests" : "ok, but: " + String.join("\n", absent));
  }
}
