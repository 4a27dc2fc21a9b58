package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.simulation.Pod.Call;
import dev.mcpsession.gateway.simulation.Pod.Reply;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What is at which address. Addresses are used again, some time after their Pods are gone. */
final class Network {
  private static final long REUSE = 60_000;

  private record Free(URI address, long since) {}

  private final World world;
  private final Timeline timeline;
  private final Map<URI, Pod> pods = new HashMap<>();
  private final Deque<Free> free = new ArrayDeque<>();
  private int addresses;

  /** How often a connection fails, at each point between sending and the answer. */
  double faults;

  Network(World world) {
    this.world = world;
    this.timeline = world.timeline;
  }

  URI address() {
    Free oldest = free.peek();
    return oldest != null && timeline.time() - oldest.since > REUSE
        ? free.remove().address
        : URI.create("http://10.0.0." + ++addresses + ":8000/mcp");
  }

  void add(Pod pod) {
    pods.put(pod.backend.endpoint(), pod);
  }

  void remove(Pod pod) {
    if (pods.remove(pod.backend.endpoint(), pod)) {
      free.add(new Free(pod.backend.endpoint(), timeline.time()));
      pod.die();
    }
  }

  /** A Pod that nobody hears of any more: whoever waits for it waits on. */
  void vanish(Pod pod) {
    if (pods.remove(pod.backend.endpoint(), pod)) {
      free.add(new Free(pod.backend.endpoint(), timeline.time()));
      pod.vanish();
    }
  }

  /** Sends a request; it may fail before it arrives, before it is read, or before its answer. */
  void send(URI address, Call call, Consumer<Reply> reply) {
    timeline.soon(
        () -> {
          Pod pod = pods.get(address);
          if (pod == null || timeline.chance.in(faults)) {
            reply.accept(new Reply.None(false));
          } else if (timeline.chance.in(faults)) {
            reply.accept(new Reply.None(true));
          } else if (timeline.chance.in(faults)) {
            pod.receive(call, answer -> lose(answer, reply));
          } else {
            pod.receive(call, answer -> timeline.soon(() -> reply.accept(answer)));
          }
        });
  }

  private void lose(Reply answer, Consumer<Reply> reply) {
    if (answer instanceof Reply.Answer begun) {
      begun.sessionId().ifPresent(world.excused::add); // nobody knows that it has begun
      begun.events().ifPresent(PodFeed::close);
    }
    timeline.soon(() -> reply.accept(new Reply.None(true)));
  }
}
