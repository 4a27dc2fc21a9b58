package dev.mcpsession.gateway.http;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.gateway.session.Sessions.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A GET stream whose client has left. It goes on, and follows its session, as long as somebody
 * reads what is kept of it, and a while after that. To be used on its event loop.
 */
final class LeftStream implements Ticker.Ticked {
  private final EventLoop loop;
  private final GatewayServer.Services services;
  private final StandingStream standing;
  private final StreamRequest request;
  private final SessionKey session;
  private @Nullable Subscription subscription;

  /**
   * @param session whose backends feed the stream
   */
  LeftStream(
      EventLoop loop,
      GatewayServer.Services services,
      StandingStream standing,
      StreamRequest request,
      SessionKey session) {
    this.loop = loop;
    this.services = services;
    this.standing = standing;
    this.request = request;
    this.session = session;
  }

  /** To be called once. */
  void begin() {
    subscription =
        services
            .sessions()
            .subscribe(
                request.resource(), request.user(), change -> loop.run(() -> changed(change)));
    services // what was changed before
        .sessions()
        .serving(request.resource(), request.user())
        .ifPresent(serving -> changed(new Change.Serving(serving)));
  }

  @Override
  public void tick(long nanos) {
    if (standing.unreadFor().compareTo(loop.pace().unread()) >= 0) {
      end();
    }
  }

  private void changed(Change change) {
    switch (change) {
      case Change.Serving serving when serving.backend().session().equals(session) ->
          standing.serves(serving.backend());
      case Change.Serving other -> end();
      case Change.NotServing none -> standing.notServing();
      case Change.Ended ended -> end();
      case Change.TemplateChanged changed -> {} // who reads it is judged by itself
    }
  }

  /** Ends the stream for whoever reads it. */
  void end() {
    standing.end("", false);
  }

  void close() {
    if (subscription != null) {
      subscription.close();
    }
  }
}
