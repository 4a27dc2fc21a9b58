package dev.mcpsession.signin.account;

import java.util.Optional;
import java.util.stream.Stream;

/** What a form of the account page asks for, of somebody who is signed in. */
enum AccountAction {
  END_SESSION("end-session", "The session has ended."),
  DISCONNECT_CLIENT("disconnect-client", "The client is disconnected."),
  GIVE_GRANT("give-grant", ""),
  TAKE_BACK_GRANT("take-back-grant", "The access is taken back."),
  SIGN_OUT("sign-out", "You are signed out."),
  SIGN_OUT_EVERYWHERE("sign-out-everywhere", "You are signed out everywhere.");

  private final String text;
  private final String done;

  AccountAction(String text, String done) {
    this.text = text;
    this.done = done;
  }

  /** The one that a form or a link names. */
  static Optional<AccountAction> of(String text) {
    return Stream.of(values()).filter(it -> it.text.equals(text)).findFirst();
  }

  /** As forms and links name it. */
  String text() {
    return text;
  }

  /** What to tell afterwards; empty: nothing. */
  Optional<String> done() {
    return done.isEmpty() ? Optional.empty() : Optional.of(done);
  }
}
