package dev.mcpsession.gateway.proxy;

/** A backend gave no answer, or broke it off. */
public final class BackendFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean sent;

  BackendFailure(boolean sent, Throwable cause) {
    super(String.valueOf(cause.getMessage()), cause, false, false);
    this.sent = sent;
  }

  /** Whether a byte of the request may have reached the backend. */
  public boolean sent() {
    return sent;
  }
}
