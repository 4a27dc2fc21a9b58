package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.auth.AccessDecision;
import dev.mcpsession.gateway.auth.AccessDecision.Allowed;
import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.gateway.session.Sessions.Subscription;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import org.jspecify.annotations.Nullable;

/**
 * One stream while it lasts: its heartbeats, and what ends it early: its token's expiry, its
 * session's end, and access that was withdrawn. One without an end of its own is told which backend
 * serves. To be used on its event loop.
 */
final class StreamWatch implements Ticker.Ticked {
  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final Exchange exchange;
  private final Backend backend;
  private final EventRelay relay;
  private final @Nullable StandingStream standing;
  private final Acknowledgement acknowledgement;
  private final long begun = System.nanoTime();
  private long nextHeartbeat;
  private @Nullable Subscription subscription;

  StreamWatch(
      EventLoop loop,
      GatewayServer.Services services,
      Exchange exchange,
      Backend backend,
      Presence presence,
      EventRelay relay,
      @Nullable StandingStream standing) {
    this.loop = loop;
    this.services = services;
    this.exchange = exchange;
    this.backend = backend;
    this.relay = relay;
    this.standing = standing;
    this.nextHeartbeat = begun + loop.pace().heartbeat().toNanos();
    this.acknowledgement =
        new Acknowledgement(exchange.request().connection(), presence, loop.pace().heartbeat());
  }

  /** To be called once. */
  void begin() {
    if (exchange.isOpenEnded()) {
      subscribe();
    }
  }

  @Override
  public void tick(long nanos) {
    acknowledgement.tick(nanos);
    if (services.clock().instant().isAfter(exchange.caller().acceptedUntil())) {
      expired("The token has expired; get a new one.");
    } else if (nanos - nextHeartbeat >= 0) {
      nextHeartbeat = nanos + loop.pace().heartbeat().toNanos();
      relay.heartbeat();
    }
    if (subscription == null && nanos - begun > loop.pace().subscription().toNanos()) {
      subscribe();
    }
  }

  private void subscribe() {
    subscription =
        services
            .sessions()
            .subscribe(
                exchange.resource(), exchange.user(), change -> loop.run(() -> changed(change)));
    judge(); // what was changed before
    services
        .sessions()
        .serving(exchange.resource(), exchange.user())
        .ifPresent(serving -> changed(new Change.Serving(serving)));
  }

  private void changed(Change change) {
    switch (change) {
      case Change.Serving serving -> moved(serving.backend());
      case Change.NotServing none -> {
        if (standing != null) {
          standing.notServing();
        } // what is under way goes on while its backend lives
      }
      case Change.Ended ended ->
          end(
              Refusal.UNKNOWN_SESSION,
              ended.signInAgain()
                  ? "The session has ended, for its grant was rejected; sign in again."
                  : "The session has ended.");
      case Change.TemplateChanged changed -> judge();
    }
  }

  private void moved(Backend serving) {
    if (!serving.session().equals(backend.session())) {
      end(Refusal.UNKNOWN_SESSION, "The session has ended.");
    } else if (standing != null) {
      standing.serves(serving);
    }
  }

  private void judge() {
    boolean allowed =
        services
            .sessions()
            .template(exchange.resource())
            .filter(
                template ->
                    AccessDecision.of(template.getSpec().access(), exchange.caller())
                        instanceof Allowed)
            .isPresent();
    if (!allowed) {
      end(Refusal.NOT_ADMITTED, "You may not use this any more.");
    }
  }

  private void expired(String message) {
    if (standing == null) {
      relay.endWithError(Refusal.NOT_ADMITTED, message, true);
    } else {
      standing.endForClient(message);
    }
  }

  private void end(int code, String message) {
    if (standing == null) {
      relay.endWithError(code, message, true);
    } else {
      standing.end(message, false);
    }
  }

  /** Lets clients come back in a second, to another replica. */
  void endForClose() {
    if (standing != null) {
      standing.end("This replica of the gateway stops; another one goes on.", true);
    } else if (exchange.isOpenEnded()) {
      relay.endHere(ServerSentEvents.RETRY_SOON, true);
    }
  }

  void close() {
    if (subscription != null) {
      subscription.close();
    }
  }
}
