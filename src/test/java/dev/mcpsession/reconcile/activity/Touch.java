package dev.mcpsession.reconcile.activity;

import java.time.Instant;

/**
 * One use of a session, reported by another process.
 *
 * @param session its name
 * @param deadline the session's idle deadline without this touch
 * @param sent when the request was sent, which is also the value of lastActive
 * @param code of the API server's response: 200 accepted; 404, 409 or 422 too late; 0 for none
 */
record Touch(
    String session, String uid, Instant deadline, Instant sent, Instant answered, int code) {
  /** Distinguishes a touch from any other output of the process. */
  private static final String MARK = "touched";

  String line() {
    return String.join(
        " ",
        MARK,
        session,
        uid,
        deadline.toString(),
        sent.toString(),
        answered.toString(),
        Integer.toString(code));
  }

  static boolean isTouch(String line) {
    return line.startsWith(MARK + " ");
  }

  static Touch parse(String line) {
    String[] words = line.split(" ", -1);
    return new Touch(
        words[1],
        words[2],
        Instant.parse(words[3]),
        Instant.parse(words[4]),
        Instant.parse(words[5]),
        Integer.parseInt(words[6]));
  }

  boolean accepted() {
    return code == 200;
  }

  boolean tooLate() {
    return code == 404 || code == 409 || code == 422;
  }
}
