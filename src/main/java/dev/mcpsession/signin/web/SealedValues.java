package dev.mcpsession.signin.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mcpsession.signin.key.KeyRing;
import dev.mcpsession.signin.key.Purpose;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** Records that go through a browser, and that only the gateway can read or make. */
public final class SealedValues {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private final KeyRing ring;
  private final InstantSource clock;

  /** Sealed with the newest key, and opened with whichever sealed it. */
  public SealedValues(KeyRing ring, InstantSource clock) {
    this.ring = ring;
    this.clock = clock;
  }

  /** A text that fits into URLs, cookies and forms. */
  public String seal(Purpose purpose, Record value) {
    try {
      return ring.keys().seal(purpose, JSON.writeValueAsBytes(value), clock.instant());
    } catch (JsonProcessingException e) {
      // Not the cause, which may quote the value.
      throw new IllegalStateException(value.getClass() + " cannot be written as JSON");
    }
  }

  /** Empty: it was not made here, or by another version of the gateway. */
  public <T extends Record> Optional<T> open(Purpose purpose, Class<T> type, String sealed) {
    return ring.keys().open(purpose, sealed).flatMap(content -> parsed(type, content));
  }

  private static <T> Optional<T> parsed(Class<T> type, byte[] content) {
    try {
      return Optional.of(JSON.readValue(content, type));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
