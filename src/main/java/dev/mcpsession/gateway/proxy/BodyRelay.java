package dev.mcpsession.gateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** A body that is passed on as it is, such as JSON. If it breaks off, so does the client's. */
public final class BodyRelay extends Relay {
  private final Runnable cutOff;
  private long missing = -1;

  /**
   * @param cutOff closes the client's connection, so that a part of a body is not taken for all
   */
  public BodyRelay(HttpServerResponse client, Runnable cutOff) {
    super(client);
    this.cutOff = cutOff;
  }

  @Override
  public void begin(BackendAnswer answer) {
    String length = answer.headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      if (answer.status() != 204 && answer.status() != 304) {
        client.setChunked(true);
      }
    } else {
      client.putHeader(HttpHeaders.CONTENT_LENGTH, length);
      missing = Long.parseLong(length);
    }
    super.begin(answer);
  }

  @Override
  void pass(Buffer chunk) {
    if (missing == chunk.length()) {
      finish(End.COMPLETE, () -> writeLast(chunk)); // one write for head and body
    } else {
      missing -= chunk.length();
      write(chunk);
    }
  }

  @Override
  void complete() {
    client.end();
  }

  @Override
  void broken() {
    cutOff.run();
  }
}
