package dev.mcpsession.token;

import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many calls to issuers run at a time: in total, and to each issuer, so that an issuer
 * that does not answer takes no slots from the others. Callers are served in the order in which
 * they came. Nothing is kept of an issuer to which no call runs or waits.
 */
public final class CallLimits {
  private final Semaphore all;
  private final int each;
  private final Map<String, Slots> issuers = new HashMap<>();

  /** A call to an issuer, which may throw what {@link TokenSource#issue} throws. */
  @FunctionalInterface
  public interface LimitedCall<T extends @Nullable Object> {
    T run() throws TokenFailure, InterruptedException;
  }

  /** The slots of one issuer, kept while somebody uses them or waits for one. */
  private static final class Slots {
    final Semaphore free;
    int users;

    Slots(int slots) {
      this.free = new Semaphore(slots, true);
    }
  }

  /**
   * @param all how many calls run at a time, in total
   * @param each how many calls run at a time to one issuer
   */
  public CallLimits(int all, int each) {
    this.all = new Semaphore(all, true);
    this.each = each;
  }

  /**
   * Waits for a slot of the issuer and one of the total, then calls.
   *
   * @param issuer its URL or another unique name; two URLs with the same scheme, host and port are
   *     the same issuer
   * @throws InterruptedException while it waits for a slot, or by the call
   */
  public <T extends @Nullable Object> T call(String issuer, LimitedCall<T> call)
      throws TokenFailure, InterruptedException {
    String authority = authority(issuer);
    Slots slots = join(authority);
    try {
      slots.free.acquire();
      try {
        all.acquire();
        try {
          return call.run();
        } finally {
          all.release();
        }
      } finally {
        slots.free.release();
      }
    } finally {
      leave(authority, slots);
    }
  }

  /** How many issuers are called or waited for now. */
  synchronized int issuers() {
    return issuers.size();
  }

  private synchronized Slots join(String authority) {
    Slots slots = issuers.computeIfAbsent(authority, name -> new Slots(each));
    slots.users++;
    return slots;
  }

  private synchronized void leave(String authority, Slots slots) {
    if (--slots.users == 0) {
      issuers.remove(authority);
    }
  }

  /** Scheme, host and port of a URL; of another name the name itself. */
  static String authority(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      return url;
    }
    if (uri.getScheme() == null || uri.getHost() == null) {
      return url;
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int standard = scheme.equals("http") ? 80 : 443;
    int port = uri.getPort() == -1 ? standard : uri.getPort();
    return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
  }
}
