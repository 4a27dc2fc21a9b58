package dev.mcpsession.token.oauth;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What metrics would be told, as "token success". */
final class RecordedCalls implements IssuerCalls {
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @Override
  public void called(Endpoint endpoint, Outcome outcome, Duration duration) {
    calls.add(endpoint + " " + outcome + (duration.isNegative() ? " before it began" : ""));
  }

  List<String> all() {
    return calls;
  }
}
