package dev.mcpsession.bench.gateway;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Many clients that each hold a stream open on which nothing happens. */
public final class IdleStreams implements AutoCloseable {
  private final List<StreamClient> clients = new ArrayList<>();

  /** Opens them one after the other; all have their first comment when it returns. */
  public static IdleStreams open(int port, int number) throws IOException {
    IdleStreams streams = new IdleStreams();
    for (int i = 0; i < number; i++) {
      streams.clients.add(StreamClient.open(port, "idle-" + i));
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
