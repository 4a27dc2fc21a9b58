package dev.mcpsession.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.ParseException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An issuer whose keys, faults and slowness a test says. */
final class KeysOnRequest implements KeySource {
  private IssuerKeySet keys = new IssuerKeySet(java.util.List.of());
  private @Nullable String fault;
  private @Nullable CountDownLatch gate;
  private int requests;

  KeysOnRequest(Map<?, ?>... jwks) {
    publish(jwks);
  }

  synchronized void publish(Map<?, ?>... jwks) {
    try {
      keys = IssuerKeySet.parse(TestToken.keySet(jwks).getBytes(UTF_8));
    } catch (ParseException e) {
      throw new AssertionError(e);
    }
    fault = null;
  }

  synchronized void goAway(String why) {
    fault = why;
  }

  /** Requests from now on get no answer before the latch is open. */
  synchronized CountDownLatch hold() {
    gate = new CountDownLatch(1);
    return gate;
  }

  synchronized int requests() {
    return requests;
  }

  @Override
  public IssuerKeySet fetch() throws IssuerFaultException, InterruptedException {
    CountDownLatch held;
    synchronized (this) {
      requests++;
      held = gate;
    }
    if (held != null) {
      held.await();
    }
    synchronized (this) {
      if (fault != null) {
        throw new IssuerFaultException(fault);
      }
      return keys;
    }
  }
}
