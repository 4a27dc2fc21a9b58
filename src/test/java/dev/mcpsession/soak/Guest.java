package dev.mcpsession.soak;

import dev.mcpsession.replicas.Installation;
import dev.mcpsession.replicas.McpHttp;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A user who comes, uses a template for a while, and goes, again and again. */
abstract sealed class Guest permits LegacyGuest, ModernGuest {
  /**
   * Who a guest is, and where it goes.
   *
   * @param random of this guest alone
   */
  record Part(
      Installation all,
      String namespace,
      String template,
      String user,
      Random random,
      Attempts attempts) {}

  static final Duration PAUSE = Duration.ofMillis(500);
  static final int LONGEST_CALL_MILLIS = 6_000;

  final Part part;
  final Random random;
  final Attempts attempts;
  private int lastId;

  Guest(Part part) {
    this.part = part;
    random = part.random();
    attempts = part.attempts();
  }

  /** One visit after the other. */
  final void run(BooleanSupplier stopping) {
    while (!stopping.getAsBoolean()) {
      try (McpHttp client = client()) {
        visit(client, stopping);
      }
      Attempts.pause(Duration.ofMillis(random.nextInt(3_000)));
    }
  }

  /** Of its era. */
  abstract McpHttp client();

  abstract void visit(McpHttp client, BooleanSupplier stopping);

  /** Of the next request. */
  final int nextId() {
    return ++lastId;
  }

  /** Of any replica in service. */
  final URI endpoint() {
    return part.all().inService().next().endpoint(part.namespace(), part.template());
  }
}
