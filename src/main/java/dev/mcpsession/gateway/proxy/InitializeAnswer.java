package dev.mcpsession.gateway.proxy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A backend's answer to initialize, read as far as its result.
 *
 * @param answer whose body goes on after what was read, if it is a stream of events
 * @param read the beginning of the body, or all of it
 * @param protocolVersion of the result; empty: it is an error, or not an answer at all
 */
public record InitializeAnswer(
    BackendAnswer answer, Buffer read, Optional<String> protocolVersion) {

  /** Fails with a {@link BackendFailure} if the answer breaks off or is too long. */
  public static Future<InitializeAnswer> read(BackendAnswer answer) {
    return ReadAnswer.read(answer)
        .map(
            read ->
                new InitializeAnswer(
                    answer,
                    read.read(),
                    Optional.ofNullable(
                        read.response().path("result").path("protocolVersion").textValue())));
  }
}
