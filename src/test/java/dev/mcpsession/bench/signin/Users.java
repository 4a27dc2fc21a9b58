package dev.mcpsession.bench.signin;

import dev.mcpsession.bench.signin.PublicClient.Tokens;
import dev.mcpsession.browser.HttpPerson;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One user for each worker, with a browser and a client that stay, and users that come once. */
final class Users {
  /** Their names are these and a number. */
  static final String NAME = "user-";

  private final PublicClient client;
  private final ConcurrentMap<Integer, HttpPerson> browsers = new ConcurrentHashMap<>();
  private final ConcurrentMap<Integer, Tokens> tokens = new ConcurrentHashMap<>();
  private final AtomicInteger newcomers = new AtomicInteger();

  Users(PublicClient client) {
    this.client = client;
  }

  /** A user who was never here, in a new browser. */
  void signInNewcomer() throws IOException, InterruptedException {
    signIn("new-" + newcomers.incrementAndGet());
  }

  /** The worker's user, in a new browser. */
  void signInAnew(int worker) throws IOException, InterruptedException {
    signIn(NAME + worker);
  }

  private void signIn(String user) throws IOException, InterruptedException {
    try (HttpPerson browser = client.newBrowser()) {
      client.signIn(browser, user);
    }
  }

  /** The worker's user, in the browser that has been here before, once it has. */
  void signInAgain(int worker) throws IOException, InterruptedException {
    HttpPerson browser = browsers.computeIfAbsent(worker, none -> client.newBrowser());
    client.signIn(browser, NAME + worker);
  }

  /** Tokens of a sign-in that none of the others here touches. */
  Tokens tokens(int worker) throws IOException, InterruptedException {
    Tokens known = tokens.get(worker);
    if (known != null) {
      return known;
    }
    try (HttpPerson browser = client.newBrowser()) {
      Tokens first = client.signIn(browser, NAME + worker);
      tokens.put(worker, first);
      return first;
    }
  }

  void refresh(int worker) throws IOException, InterruptedException {
    tokens.put(worker, client.refresh(tokens(worker)));
  }
}
