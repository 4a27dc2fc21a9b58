package dev.mcpsession.token;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Limits how many calls to issuers run at a time: in total, and to each issuer, so that an issuer
 * that does not answer takes no slots from the others. Callers are served in the order in which
 * they came.
 */
public final class CallLimits {
  private final Semaphore all;
  private final int each;
  private final Map<String, Semaphore> issuers = new ConcurrentHashMap<>();

  /** A call to an issuer, which may throw what {@link TokenSource#issue} throws. */
  @FunctionalInterface
  public interface LimitedCall<T> {
    T run() throws TokenFailure, InterruptedException;
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
   * @param issuer its URL or another unique name; two URLs that differ in the query alone, or in
   *     case, are the same issuer
   * @throws InterruptedException while it waits for a slot, or by the call
   */
  public <T> T call(String issuer, LimitedCall<T> call) throws TokenFailure, InterruptedException {
    Semaphore one = issuers.computeIfAbsent(endpoint(issuer), name -> new Semaphore(each, true));
    one.acquire();
    try {
      all.acquire();
      try {
        return call.run();
      } finally {
        all.release();
      }
    } finally {
      one.release();
    }
  }

  private static String endpoint(String url) {
    int query = url.indexOf('?');
    return (query < 0 ? url : url.substring(0, query)).toLowerCase(Locale.ROOT);
  }
}
