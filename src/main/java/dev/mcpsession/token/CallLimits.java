package dev.mcpsession.token;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * How many calls to issuers go on at a time: in all, and to each one, so that one that is silent
 * takes no place from the others. First come, first served.
 */
public final class CallLimits {
  private final Semaphore all;
  private final int each;
  private final Map<String, Semaphore> issuers = new ConcurrentHashMap<>();

  /** A call that may throw what a source throws. */
  @FunctionalInterface
  public interface Call<T> {
    T run() throws TokenFailure, InterruptedException;
  }

  /**
   * @param all calls at a time
   * @param each calls at a time to one issuer
   */
  public CallLimits(int all, int each) {
    this.all = new Semaphore(all, true);
    this.each = each;
  }

  /**
   * Waits for its turn, then calls.
   *
   * @param issuer its URL, or another name of its own; a query makes no other issuer of it
   */
  public <T> T call(String issuer, Call<T> call) throws TokenFailure, InterruptedException {
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
