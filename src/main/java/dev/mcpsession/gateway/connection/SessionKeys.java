package dev.mcpsession.gateway.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.MessageAuthentication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that session ids are made and checked with, and with which replicas prove to each other
 * that they are of one gateway. A replica that does not know a key yet takes ids of others for
 * forged, so a key is replaced in two steps: the new one becomes {@code previous} first, and {@code
 * current} when all replicas have read it; the old one is {@code previous} then, for as long as ids
 * made with it shall be good.
 */
public final class SessionKeys implements Supplier<SessionKeys.Pair>, MessageAuthentication {
  static final String ALGORITHM = "HmacSHA256";

  private static final Logger LOG = LoggerFactory.getLogger(SessionKeys.class);
  private static final int KEY_BYTES = 32;
  private static final int SHORTEST_CODE = 16;
  private static final Duration REREAD = Duration.ofSeconds(10);

  private final @Nullable Path directory;
  private final LongSupplier nanoTime;
  private final AtomicBoolean reading = new AtomicBoolean();
  private volatile Pair pair;
  private volatile long readAt;
  private volatile String problem = "";

  private SessionKeys(@Nullable Path directory, LongSupplier nanoTime, Pair pair) {
    this.directory = directory;
    this.nanoTime = nanoTime;
    this.pair = pair;
    this.readAt = nanoTime.getAsLong();
  }

  /**
   * The keys of a moment.
   *
   * @param current makes ids
   * @param previous checks them as well
   */
  record Pair(SecretKeySpec current, Optional<SecretKeySpec> previous) {
    @Override
    public String toString() {
      return previous.isPresent() ? "two keys" : "one key";
    }
  }

  /** A key of this process alone: its ids are good until it ends. */
  public static SessionKeys generated(SecureRandom random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return new SessionKeys(
        null, () -> 0, new Pair(new SecretKeySpec(key, ALGORITHM), Optional.empty()));
  }

  /**
   * The keys of a mounted Secret. They are read again when they are used, at most every 10 seconds
   * and in the background.
   *
   * @param directory with the files {@code current} and, optionally, {@code previous}, each of 32
   *     random bytes
   * @param nanoTime like {@link System#nanoTime}
   * @throws IOException if a file cannot be read or is no key; the message names it
   */
  public static SessionKeys in(Path directory, LongSupplier nanoTime) throws IOException {
    return new SessionKeys(directory, nanoTime, read(directory));
  }

  /** The keys as read last; never waits. */
  @Override
  public Pair get() {
    if (directory != null
        && nanoTime.getAsLong() - readAt >= REREAD.toNanos()
        && reading.compareAndSet(false, true)) {
      Path from = directory;
      Thread.ofVirtual().name("session-keys").start(() -> readAgain(from));
    }
    return pair;
  }

  @Override
  public byte[] code(String purpose, String message) {
    return code(get().current(), purpose, message);
  }

  @Override
  public boolean isGenuine(String purpose, String message, byte[] code) {
    Pair keys = get();
    return code.length >= SHORTEST_CODE
        && (isCode(keys.current(), purpose, message, code)
            || keys.previous().filter(key -> isCode(key, purpose, message, code)).isPresent());
  }

  private static boolean isCode(SecretKeySpec key, String purpose, String message, byte[] code) {
    byte[] whole = code(key, purpose, message);
    return code.length <= whole.length
        && MessageDigest.isEqual(Arrays.copyOf(whole, code.length), code);
  }

  /** Each purpose has a key of its own, which is derived from the key (NIST SP 800-108r1). */
  private static byte[] code(SecretKeySpec key, String purpose, String message) {
    byte[] derived = hmac(key, purpose.getBytes(UTF_8));
    return hmac(new SecretKeySpec(derived, ALGORITHM), message.getBytes(UTF_8));
  }

  private static byte[] hmac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  /** Keys that cannot be read change nothing: a Secret may be in the middle of a change. */
  private void readAgain(Path from) {
    try {
      pair = read(from);
      problem = "";
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(problem)) {
        LOG.warn("The keys of session ids stay as they were: {}", message);
        problem = message;
      }
    } finally {
      readAt = nanoTime.getAsLong();
      reading.set(false);
    }
  }

  private static Pair read(Path directory) throws IOException {
    Path previous = directory.resolve("previous");
    return new Pair(
        key(directory.resolve("current")),
        Files.exists(previous) ? Optional.of(key(previous)) : Optional.empty());
  }

  private static SecretKeySpec key(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(
          file + " is missing: put 32 random bytes there, the same for all replicas", e);
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + e.getMessage(), e);
    }
    if (bytes.length != KEY_BYTES) {
      throw new IOException(
          file
              + " has "
              + bytes.length
              + " bytes and not 32: put the bytes of the key there, not a text of them");
    }
    return new SecretKeySpec(bytes, ALGORITHM);
  }
}
