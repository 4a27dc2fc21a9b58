package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.route.DrainEnd;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A GET stream that outlives its backends, as {@code http/StandingStream} carries it out. */
final class ModelStanding {
  private static final long NOTICE = 2_000;
  private static final long PAUSE = 500;
  private static final int MOST_REFUSALS = 6;

  private final class Feed implements PodFeed.Reader {
    private final Backend backend;
    private final PodFeed feed;
    private final RewrittenEvents events;
    private DrainEnd drain;

    Feed(Backend backend, Incarnation session, PodFeed feed) {
      this.backend = backend;
      this.feed = feed;
      this.drain = DrainEnd.none(backend.revision());
      events = new RewrittenEvents(session, Optional.empty());
    }

    @Override
    public void event(String text) {
      if (feeds.contains(this)) {
        relay.write(events.pass(Buffer.buffer(text)).toString());
      }
    }

    @Override
    public void ended(boolean broken) {
      if (feeds.remove(this)) {
        gateway.streams.read.remove(feed);
        if (newest().isEmpty()) {
          endedWell = broken ? OptionalInt.empty() : OptionalInt.of(backend.revision());
          notBefore = gateway.timeline.time() + (broken ? PAUSE : NOTICE);
        }
      }
    }

    void close() {
      if (feeds.remove(this)) {
        gateway.streams.read.remove(feed);
        feed.close();
      }
    }
  }

  private final ModelGateway gateway;
  private final ModelRequest request;
  private final ModelRelay relay;
  private final String session;
  private final ModelOpening openAt;
  private final List<Feed> feeds = new ArrayList<>();
  private @Nullable Backend serving;
  private OptionalInt endedWell = OptionalInt.empty();
  private OptionalInt without = OptionalInt.empty();
  private boolean opening;
  private int refusals;
  private long notBefore;

  ModelStanding(ModelGateway gateway, ModelRequest request, ModelRelay relay, Backend backend) {
    this.gateway = gateway;
    this.request = request;
    this.relay = relay;
    this.session = backend.session().uid();
    openAt = new ModelOpening(gateway, request);
  }

  void begin(Backend backend, Incarnation session, PodFeed feed) {
    request.stands();
    gateway.streams.standing.add(this);
    request.whenGone(this::gone);
    serving = backend;
    feed(backend, session, feed);
    openAt.openBefore(backend, this::opened);
  }

  private void gone() {
    gateway.streams.standing.remove(this);
    List.copyOf(feeds).forEach(Feed::close);
  }

  private void feed(Backend backend, Incarnation session, PodFeed from) {
    Feed feed = new Feed(backend, session, from);
    feeds.add(feed);
    gateway.streams.read.add(from);
    from.read(feed);
  }

  private OptionalInt newest() {
    return feeds.stream().mapToInt(it -> it.backend.revision()).max();
  }

  /** Whether the backend that serves feeds it, if any serves. */
  boolean isFed() {
    Optional<Backend> now = gateway.serving(request.user);
    return now.isEmpty()
        || relay.isOver()
        || !now.get().session().uid().equals(session)
        || newest().equals(OptionalInt.of(now.get().revision()));
  }

  @Override
  public String toString() {
    return request + " in " + gateway;
  }

  void tick() {
    if (relay.isOver()) {
      return;
    }
    Optional<Backend> now = gateway.serving(request.user);
    if (gateway.isSessionOver(request.user, session)) {
      relay.end();
      return;
    }
    if (now.isPresent() && (serving == null || serving.revision() != now.get().revision())) {
      refusals = 0;
      notBefore = gateway.timeline.time();
    }
    serving = now.orElse(null);
    for (Feed feed : List.copyOf(feeds)) {
      now.ifPresent(
          it -> feed.drain = feed.drain.serves(it.revision(), it.servingSince(), it.drain()));
      if (gateway.decisions.isOver(feed.drain, gateway.timeline.instant())) {
        feed.close();
      }
    }
    step();
  }

  private void step() {
    Backend to = serving;
    if (to == null || opening || relay.isOver()) {
      return;
    }
    boolean due = gateway.timeline.time() >= notBefore;
    switch (gateway.decisions.standing(
        OptionalInt.of(to.revision()), newest(), without, endedWell)) {
      case STAY -> {}
      case OPEN -> {
        if (due || endedWell.isPresent()) {
          endedWell = OptionalInt.empty();
          opening = true;
          openAt.open(to, this::opened, result -> result(result, to));
        }
      }
      case END_AS_BACKEND -> {
        if (due) {
          relay.end();
        }
      }
      case END -> relay.end();
    }
  }

  private void opened(Backend to, Incarnation session, PodFeed feed) {
    opening = false;
    if (relay.isOver()) {
      feed.close();
    } else {
      refusals = 0;
      feed(to, session, feed);
    }
  }

  private void result(ModelOpening.Result result, Backend to) {
    opening = false;
    switch (result) {
      case NONE -> without = OptionalInt.of(to.revision());
      case ENDED -> relay.end();
      case UNHEARD, HEARD -> {
        notBefore = gateway.timeline.time() + PAUSE;
        refusals = result == ModelOpening.Result.HEARD ? refusals + 1 : 0;
        if (refusals >= MOST_REFUSALS) {
          without = OptionalInt.of(to.revision());
        }
      }
    }
  }
}
