package dev.mcpsession.bench.gateway;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Many clients that each hold a stream open on which nothing happens. */
final class IdleStreams implements AutoCloseable {
  private final List<StreamClient> clients = new ArrayList<>();

  private IdleStreams() {}

  /** Opens them one after the other; all have their first comment when it returns. */
  static IdleStreams open(StreamMemory.Opener opener, int number) throws IOException {
    IdleStreams streams = new IdleStreams();
    for (int i = 0; i < number; i++) {
      streams.clients.add(opener.open(i));
    }
    return streams;
  }

  @Override
  public void close() throws IOException {
    for (StreamClient client : clients) {
      client.close();
    }
  }
}
