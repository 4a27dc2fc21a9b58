package dev.mcpsession.signin.access;

import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads sign-ins that the cache does not have yet: each once at a time, and few at a time. */
final class LiveSignIns {
  /** More at a time are not needed, unless something is wrong that more requests do not mend. */
  static final int MOST = 16;

  private static final Logger log = LoggerFactory.getLogger(LiveSignIns.class);

  private final SignIns signIns;
  private final Executor background;
  private final Map<String, CompletableFuture<Answer>> flights = new HashMap<>();

  LiveSignIns(SignIns signIns, Executor background) {
    this.signIns = signIns;
    this.background = background;
  }

  /** What became of reading one. */
  sealed interface Answer {}

  /** What there is; empty: nothing. */
  record Read(Optional<SignIn> signIn) implements Answer {}

  /** The API server did not answer, or too many are being read. */
  record Unknown() implements Answer {}

  /** Returns at once; completes on any thread, never exceptionally. */
  CompletionStage<Answer> read(String id) {
    CompletableFuture<Answer> flight;
    synchronized (flights) {
      CompletableFuture<Answer> present = flights.get(id);
      if (present != null) {
        return present;
      }
      if (flights.size() >= MOST) {
        return CompletableFuture.completedStage(new Unknown());
      }
      flight = new CompletableFuture<>();
      flights.put(id, flight);
    }
    background.execute(() -> flight.complete(landed(id)));
    return flight;
  }

  private Answer landed(String id) {
    try {
      return new Read(signIns.read(id));
    } catch (StoreException e) {
      log.warn("Sign-in {} could not be read: {}", id, e.getMessage());
      return new Unknown();
    } catch (RuntimeException e) {
      log.error("Reading sign-in {} failed", id, e);
      return new Unknown();
    } finally {
      synchronized (flights) {
        flights.remove(id);
      }
    }
  }
}
