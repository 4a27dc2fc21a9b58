package dev.mcpsession.gateway.simulation;

/** Brings things to the other side in the order in which they were sent. */
final class Channel {
  private final Timeline timeline;
  private long last;

  Channel(Timeline timeline) {
    this.timeline = timeline;
  }

  void send(Runnable arrival) {
    last = Math.max(last, timeline.time() + timeline.delay());
    timeline.after(last - timeline.time(), arrival);
  }
}
