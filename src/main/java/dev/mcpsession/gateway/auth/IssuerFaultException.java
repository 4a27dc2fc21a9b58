package dev.mcpsession.gateway.auth;

/**
 * An issuer whose keys could not be read. Has no cause: exceptions of libraries may repeat what was
 * answered.
 */
final class IssuerFaultException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param what names the URL or file, what is wrong, and what to do if that is not obvious
   */
  IssuerFaultException(String what) {
    super(what);
  }

  String what() {
    return String.valueOf(getMessage());
  }
}
